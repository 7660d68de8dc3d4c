-- One row in a published history, none in the warehouse itself.
create table if not exists publication (
    published_at timestamp not null
)
