insert into publication
values (?)
