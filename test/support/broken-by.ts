/**
 * Statements that make the database refuse a row whenever a word stands in it, in a sentence that quotes all of it:
 * the fault that no code foresees, and that says what somebody wrote.
 */
export const brokenBy = (table: string, word: string): string => `
  CREATE OR REPLACE FUNCTION refuse_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW::text LIKE '%${word}%' THEN RAISE EXCEPTION 'cannot digest "%"', NEW::text; END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_${table}()`

export const mended = (table: string): string => `DROP TRIGGER refuse ON ${table}`
