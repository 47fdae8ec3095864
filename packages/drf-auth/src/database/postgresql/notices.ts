/** What whoever runs the server should know, told once. */
export const notices = Object.freeze({
  readOnly: (location: string) =>
    `The database ${location} is read-only: it is a standby, or default_transaction_read_only is on. What would write is ` +
    "answered 503, and reads go on.",
  pooler:
    "Statements that are kept by name are not found, or are others' (26000, 42P05): a pooler gives each transaction another " +
    "connection. Write ?pgbouncer=true behind DATABASE_URL. Statements are not kept by name from now on.",
});
