-- A bit of all that a database may have. Compared by CHECKSUM TABLE: test/instance/backups.ts, test/docker/database.test.ts.
CREATE TABLE everything (
  id INT AUTO_INCREMENT PRIMARY KEY, raw BLOB, fixed BINARY(4), words TEXT, latin VARCHAR(20) CHARACTER SET latin1, flags BIT(10),
  small FLOAT, big DOUBLE, money DECIMAL(20, 6), large BIGINT UNSIGNED, day DATE, at DATETIME(6), stamp TIMESTAMP NULL,
  choice ENUM('a', 'b''c'), several SET('x', 'y'), shape GEOMETRY, members JSON, doubled INT AS (CHAR_LENGTH(latin) * 2) STORED,
  `odd \ ``name` INT, made VARCHAR(36) DEFAULT (UUID())) DEFAULT CHARSET = utf8mb4;
INSERT INTO everything (raw, fixed, words, latin, flags, small, big, money, large, day, at, stamp, choice, several, shape, members) VALUES
  (x'00FF0A0D1A5C27', x'00010200', 'Grüße 😀 \\ ''quoted'' \n;\n', 'für', b'1000000001', 3.14159274, 0.1, 12345678901234.123456,
   18446744073709551615, '2026-02-28', '2026-02-28 23:59:59.999999', '2026-03-01 00:00:01', 'b''c', 'x,y', ST_GeomFromText('POINT(1 2)'), '{"a": [1, "ü"]}'),
  ('', '', '', '', b'0', 0, 0, 0, 0, '1000-01-01', '1000-01-01', NULL, 'a', '', NULL, NULL),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE persons (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(99), note TEXT);
INSERT INTO persons (email, note)
  WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT CONCAT('anna', i, '@firm.de'), SHA2(i, 512) FROM n;
CREATE TABLE none (id INT PRIMARY KEY);
-- The first is made of the second one.
CREATE VIEW names AS SELECT 1 AS email;
CREATE VIEW names_of_persons AS SELECT email FROM persons;
CREATE OR REPLACE VIEW names AS SELECT email FROM names_of_persons;
CREATE TABLE gone (id INT);
CREATE VIEW lost AS SELECT * FROM gone;
DROP TABLE gone;
CREATE FUNCTION plus_one (n INT) RETURNS INT DETERMINISTIC RETURN n + 1;
CREATE TRIGGER shout BEFORE UPDATE ON persons FOR EACH ROW
INSERT INTO none VALUES (NEW.id);
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM none;
