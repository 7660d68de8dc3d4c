-- The ledger row of a file, in the transaction that loads it.
insert into landed_file
values ($path, $kind, $sha256, $bytes, $rows, $loaded_at, $loader_version)
