/// What people answered when they signed up, beside the user's own columns. A value is JSON: text, a number, true or false.
let signUpTables = [
    """
    CREATE TABLE user_attributes (
        tenant {id} NOT NULL, user_id {id} NOT NULL, name {text} NOT NULL, value {json} NOT NULL,
        PRIMARY KEY (tenant, user_id, name)
    ) {clustered}
    """
]
