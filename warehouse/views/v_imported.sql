create or replace view v_imported as
select
    imported.fingerprint,
    imported.name,
    imported.content
from imported;

comment on view v_imported is 'One row per fingerprint and file: the code that was really imported.';
comment on column v_imported.fingerprint is 'Hash of the code really imported, the interpreter build and the dependencies.';
comment on column v_imported.name is 'File, interpreter build or package.';
comment on column v_imported.content is 'Hash of its content, or its version.';
