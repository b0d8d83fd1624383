-- What left sight up to this revision is no longer told; a device that was last here before it starts over.
ALTER TABLE org ADD COLUMN pruned_rev BIGINT NOT NULL DEFAULT 0;
CREATE INDEX member_closed ON member (org, until_rev) WHERE until_rev IS NOT NULL;

-- The group was there before its sight began, so that it may hold older records; of most groups every member
-- is there from the start, and the feed need not look for any.
ALTER TABLE member ADD COLUMN gained BOOLEAN NOT NULL DEFAULT TRUE;
DROP INDEX member_gained;
CREATE INDEX member_gained ON member (org, user_id, since, group_kind, group_id) WHERE until_rev IS NULL AND gained;
-- With the end, although it is always absent: the feed's probe then never leaves the index.
DROP INDEX member_open;
CREATE INDEX member_open ON member (org, user_id, group_kind, group_id, since, until_rev) WHERE until_rev IS NULL;

-- The browser in which a client lives, by the hash of its cookie: when its database is lost, the next one in
-- the same browser can be told what this one last reported.
ALTER TABLE client ADD COLUMN browser TEXT;
CREATE INDEX client_of_user ON client (org, user_id, last_contact);
