-- Files of history that were read to their end: nothing has to be read twice.

create table imported_file (
    file_id uuid not null,            -- of its name, size and time of change
    imported_at timestamp not null
);
