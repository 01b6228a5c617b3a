/** The page about the settings says what the program does: its tables are made of the same rows. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { fileSchema, profilesTable, settingsForm, settingsTable } from './describe-settings.ts';
import { ROWS } from './table.ts';

const PAGE = new URL('../../../../docs/configuration.md', import.meta.url);

/** Text with what stands between two marks replaced. */
function withTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: made by the program -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  assert.ok(from >= 0 && to > from, `the page has no place for the ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

it('docs/configuration.md has the settings as they are; UPDATE_DOCS=1 writes them there', async () => {
  const text = await readFile(PAGE, 'utf8');
  const wanted = withTable(withTable(text, 'settings', settingsTable()), 'profiles', profilesTable());
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(PAGE, wanted);
  // The formatter pads the columns of tables.
  const plain = (page: string): string => page.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-');
  assert.equal(plain(await readFile(PAGE, 'utf8')), plain(wanted));
});

it('the form and the schema know every setting', () => {
  assert.equal(settingsForm().length, ROWS.length);
  const { properties } = fileSchema() as { properties: Record<string, unknown> };
  // The data folder cannot stand in the file; models and embeddings stand only there.
  assert.equal(Object.keys(properties).length, ROWS.length - 1 + 2);
  assert.deepEqual(properties['timeout_ms'], {
    title: 'Deadline of a question',
    description: 'Deadline of a question in ms when a request names none.',
    type: 'integer',
    minimum: 1,
    maximum: 60_000,
  });
});
