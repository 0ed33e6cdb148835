/** What a database has, as text: CHECKSUM TABLE of each table of everything.sql, and its other parts by their own words. */
export async function sumsOf(sql: (statement: string) => Promise<string>, name: string): Promise<string> {
  const of = (column: string, more: string, table: string) =>
    `SELECT ${column}, ${more} FROM information_schema.${table}s WHERE ${table}_schema = '${name}' ORDER BY 1`;
  const said = await sql(
    `USE ${name}; CHECKSUM TABLE everything, persons, none; SELECT COUNT(*) FROM names; SELECT COUNT(*) FROM names_of_persons; SELECT plus_one(1);
     ${of('trigger_name', 'action_statement', 'trigger')}; ${of('event_name', 'event_definition', 'event')}; ${of('routine_name', 'routine_definition', 'routine')}`,
  );
  return said.replaceAll(`${name}.`, '');
}
