-- A pull that failed, or did not end, is not to be named: foreign layers, for one, are held by no reference that would miss them.
alter table pull add column fetched boolean not null default false;
