-- What somebody took along as files, for whoever hands over what they leave.
CREATE INDEX journal_export ON journal (org, author, arrived) WHERE name = 'export_note';
