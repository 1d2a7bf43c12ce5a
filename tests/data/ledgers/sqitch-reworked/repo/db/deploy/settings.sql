create table settings (k text);
