// Databases, their data sources and their rows.

import assert from 'node:assert/strict';

import {
  APIErrorCode,
  collectPaginatedAPI,
  isFullDatabase,
  isFullDataSource,
  isFullPage,
} from '@notionhq/client';

import { notion, refused, shared, shown, text } from '../support.mjs';

export default {
  async 'rows of a data source are queried'() {
    const database = await notion.databases.create({
      parent: { type: 'page_id', page_id: shared.page.id },
      title: text('Letters'),
      initial_data_source: {
        properties: {
          Name: { title: {} },
          Count: { number: {} },
          Kind: { select: { options: [{ name: 'long' }] } },
        },
      },
    });
    assert.ok(isFullDatabase(database));
    const data_source_id = database.data_sources[0].id;
    assert.notEqual(data_source_id, database.id);
    Object.assign(shared, { database, data_source_id });
    const source = await notion.dataSources.retrieve({ data_source_id });
    assert.ok(isFullDataSource(source));
    assert.deepEqual(Object.keys(source.properties).sort(), ['Count', 'Kind', 'Name']);
    for (const [name, count] of [
      ['Ada', 3],
      ['Babbage', 1],
      ['Carla', 2],
    ]) {
      const row = await notion.pages.create({
        parent: { type: 'data_source_id', data_source_id },
        properties: {
          Name: { title: text(name) },
          Count: { number: count },
          Kind: { select: { name: 'long' } },
        },
      });
      assert.equal(row.parent.data_source_id, data_source_id);
    }
    const rows = await collectPaginatedAPI(notion.dataSources.query, {
      data_source_id,
      filter: {
        and: [
          { property: 'Count', number: { greater_than: 1 } },
          { property: 'Kind', select: { equals: 'long' } },
        ],
      },
      sorts: [{ property: 'Count', direction: 'ascending' }],
      page_size: 1,
    });
    assert.ok(rows.every(isFullPage));
    assert.deepEqual(
      rows.map((row) => shown(row.properties.Name.title)),
      ['Carla', 'Ada'],
    );
    const wrong = { data_source_id, filter: { property: 'Nothing', number: { equals: 1 } } };
    await refused(notion.dataSources.query(wrong), 400, APIErrorCode.ValidationError);
    await refused(
      notion.dataSources.retrieve({ data_source_id: database.id }),
      404,
      APIErrorCode.ObjectNotFound,
    );
  },

  async 'a data source changes, and is found'() {
    const { database, data_source_id } = shared;
    const changed = await notion.dataSources.update({
      data_source_id,
      properties: { Count: { name: 'Pages' }, Kind: null, Sent: { date: {} } },
    });
    assert.deepEqual(Object.keys(changed.properties).sort(), ['Name', 'Pages', 'Sent']);
    const renamed = await notion.databases.update({
      database_id: database.id,
      title: text('Sent letters'),
    });
    assert.equal(shown(renamed.title), 'Sent letters');
    assert.equal((await notion.databases.retrieve({ database_id: database.id })).id, database.id);

    const [row] = (await notion.dataSources.query({ data_source_id })).results;
    const sent = { date: { start: '1843-07-10' } };
    const dated = await notion.pages.update({ page_id: row.id, properties: { Sent: sent } });
    assert.equal(dated.properties.Sent.date.start, '1843-07-10');
    const wrong = { Sent: { number: 1 } };
    await refused(
      notion.pages.update({ page_id: row.id, properties: wrong }),
      400,
      APIErrorCode.ValidationError,
    );
    const found = await notion.search({
      query: 'letters',
      filter: { property: 'object', value: 'data_source' },
    });
    assert.deepEqual(
      found.results.map(({ id }) => id),
      [data_source_id],
    );
  },
};
