alter table a owner to ${owner};
