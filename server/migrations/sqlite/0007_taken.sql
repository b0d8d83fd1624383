-- What somebody took along as files, printed, or opened in numbers, for whoever hands over what they leave.
CREATE INDEX journal_taken ON journal (org, author, arrived) WHERE name IN ('export_note', 'access_note');
