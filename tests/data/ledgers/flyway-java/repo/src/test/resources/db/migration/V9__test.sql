bad;
