-- What stands in the security log stays there, whoever holds the file open and whatever they believe.
CREATE TRIGGER audit_keeps_lines BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the security log is append-only');
END;

CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the security log is append-only');
END;

-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_keeps_places BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'the security log is append-only');
END;
