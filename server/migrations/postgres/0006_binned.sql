-- The few in the recycle bin that have no day on which they go, for each start of the server.
CREATE INDEX record_binned_for_ever ON record (org, kind) WHERE deleted AND due IS NULL;
