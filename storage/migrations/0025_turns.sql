-- Has no rows: replicas lock it to decide about orders in turn, where they would be in each other's way otherwise.
CREATE TABLE turns (
    name TEXT PRIMARY KEY
);
