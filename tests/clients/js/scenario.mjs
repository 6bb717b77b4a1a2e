// What a user's other tools do to Notion, done to the simulator with Notion's own JavaScript client as
// it is published. Started by tests/stories/official_clients.rs, which plays the person in the browser
// and gives what the scenario needs in one variable. Stops at the first step that goes wrong.

import assert from 'node:assert/strict';

import {
  APIErrorCode,
  APIResponseError,
  Client,
  ClientErrorCode,
  LogLevel,
  UnknownHTTPResponseError,
  collectPaginatedAPI,
  isFullBlock,
  isFullDatabase,
  isFullDataSource,
  isFullPage,
  isFullUser,
  isNotionClientError,
  iteratePaginatedAPI,
} from '@notionhq/client';

const { url, version, personal_token, client_id, client_secret, code, redirect_uri } = JSON.parse(
  process.env.OCTAVO_SCENARIO,
);
const NEW = version >= '2026-03-11';
/** Steps that the simulator has no routes for yet. */
const NOT_SIMULATED_YET = ['rows of a data source are queried'];
const UNKNOWN_ID = '01234567-89ab-4def-8123-456789abcdef';

const client = (auth) =>
  new Client({
    auth,
    baseUrl: url,
    notionVersion: version,
    logLevel: LogLevel.ERROR,
    logger: () => {},
  });
const notion = client(personal_token);
const app = { client_id, client_secret };

const text = (content) => [{ type: 'text', text: { content } }];
const shown = (items) => items.map((item) => item.plain_text).join('');
const paragraph = (content) => ({ type: 'paragraph', paragraph: { rich_text: text(content) } });
const titled = (content) => ({ title: { title: text(content) } });

/** The control routes, which no client has. */
async function control(route, body) {
  const answer = await fetch(`${url}/_sim/${route}`, {
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/** Expects the client's own error for an answer of the API. */
async function refused(promise, status, code) {
  const error = await promise.then(
    () => assert.fail(`${code} was expected`),
    (error) => error,
  );
  assert.ok(isNotionClientError(error), `${error}`);
  assert.ok(APIResponseError.isAPIResponseError(error), `${error.name}: ${error.message}`);
  assert.deepEqual([error.status, error.code], [status, code], error.message);
  assert.match(error.request_id, /^[0-9a-f-]{36}$/);
  return error;
}

async function refusedBySignIn(promise, status, word) {
  const error = await promise.then(
    () => assert.fail(`${word} was expected`),
    (error) => error,
  );
  assert.ok(isNotionClientError(error), `${error}`);
  assert.equal(error.status, status, error.message);
  assert.equal(JSON.parse(error.body).error, word);
}

let page;

const steps = {
  async 'a code becomes a pair of tokens, and a pair the next one'() {
    const first = await notion.oauth.token({
      ...app,
      grant_type: 'authorization_code',
      code,
      redirect_uri,
    });
    assert.equal(first.token_type, 'bearer');
    assert.equal(first.owner.type, 'user');
    const me = await client(first.access_token).users.me({});
    assert.deepEqual([me.type, me.id], ['bot', first.bot_id]);
    assert.equal(me.bot.workspace_name, first.workspace_name);
    const second = await notion.oauth.token({
      ...app,
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token,
    });
    assert.notEqual(second.access_token, first.access_token);
    assert.equal(second.bot_id, first.bot_id);
    await refused(client(first.access_token).users.me({}), 401, APIErrorCode.Unauthorized);
    const again = { ...app, grant_type: 'refresh_token', refresh_token: first.refresh_token };
    await refusedBySignIn(notion.oauth.token(again), 400, 'invalid_grant');

    const token = second.access_token;
    const active = async () => (await notion.oauth.introspect({ ...app, token })).active;
    assert.equal(await active(), true);
    await notion.oauth.revoke({ ...app, token });
    assert.equal(await active(), false);
    await refused(client(token).users.me({}), 401, APIErrorCode.Unauthorized);
    const stranger = { client_id, client_secret: 'wrong' };
    await refusedBySignIn(notion.oauth.introspect({ ...stranger, token }), 401, 'invalid_client');
  },

  async 'people are listed and found'() {
    const me = await notion.users.me({});
    const all = await collectPaginatedAPI(notion.users.list, {});
    const person = all.find((user) => user.type === 'person');
    assert.ok(person && isFullUser(person));
    const found = await notion.users.retrieve({ user_id: person.id });
    assert.deepEqual([found.id, found.name], [person.id, person.name]);
    assert.ok(all.some((user) => user.type === 'bot'));
    assert.equal(me.object, 'user');
  },

  async 'a page is created'() {
    page = await notion.pages.create({
      parent: { type: 'workspace', workspace: true },
      properties: titled('Engines'),
      icon: { type: 'emoji', emoji: '⚙️' },
      children: [
        { type: 'heading_1', heading_1: { rich_text: text('Notes') } },
        {
          type: 'toggle',
          toggle: { rich_text: text('More'), children: [paragraph('inside')] },
        },
      ],
    });
    assert.ok(isFullPage(page));
    assert.equal(shown(page.properties.title.title), 'Engines');
    assert.deepEqual(
      [page.icon.emoji, page.parent.type, page.in_trash],
      ['⚙️', 'workspace', false],
    );
    assert.equal('archived' in page, !NEW);
    const found = await notion.pages.retrieve({ page_id: page.id });
    assert.deepEqual(found.properties, page.properties);
    const [heading, toggle] = (await notion.blocks.children.list({ block_id: page.id })).results;
    assert.ok(isFullBlock(heading) && isFullBlock(toggle));
    assert.deepEqual(
      [heading.type, toggle.type, toggle.has_children],
      ['heading_1', 'toggle', true],
    );
    const inside = await notion.blocks.children.list({ block_id: toggle.id });
    assert.equal(shown(inside.results[0].paragraph.rich_text), 'inside');
  },

  async '250 blocks are appended and read page by page'() {
    const list = await notion.pages.create({
      parent: { type: 'page_id', page_id: page.id },
      properties: titled('A long list'),
    });
    const wanted = Array.from({ length: 250 }, (_, number) => `item ${number}`);
    const item = (content) => ({
      type: 'bulleted_list_item',
      bulleted_list_item: { rich_text: text(content) },
    });
    await refused(
      notion.blocks.children.append({ block_id: list.id, children: wanted.map(item) }),
      400,
      APIErrorCode.ValidationError,
    );
    const ids = [];
    for (let at = 0; at < wanted.length; at += 100) {
      const children = wanted.slice(at, at + 100).map(item);
      const answer = await notion.blocks.children.append({ block_id: list.id, children });
      ids.push(...answer.results.map((block) => block.id));
    }
    for (const page_size of [undefined, 70, 100]) {
      const found = await collectPaginatedAPI(notion.blocks.children.list, {
        block_id: list.id,
        page_size,
      });
      assert.deepEqual(
        found.map((block) => block.id),
        ids,
      );
      assert.deepEqual(
        found.map((block) => shown(block.bulleted_list_item.rich_text)),
        wanted,
      );
    }
    const first = await notion.blocks.children.list({ block_id: list.id, page_size: 70 });
    assert.deepEqual([first.results.length, first.has_more], [70, true]);
    assert.equal(typeof first.next_cursor, 'string');

    const place = NEW
      ? { position: { type: 'after_block', after_block: { id: ids[0] } } }
      : { after: ids[0] };
    await notion.blocks.children.append({
      block_id: list.id,
      children: [item('between')],
      ...place,
    });
    const start = await notion.blocks.children.list({ block_id: list.id, page_size: 3 });
    const words = start.results.map((block) => shown(block.bulleted_list_item.rich_text));
    assert.deepEqual(words, ['item 0', 'between', 'item 1']);
  },

  async 'a page and a block are updated, and a block is deleted'() {
    const updated = await notion.pages.update({
      page_id: page.id,
      properties: titled('Analytical engines'),
      icon: null,
    });
    assert.deepEqual(
      [shown(updated.properties.title.title), updated.icon],
      ['Analytical engines', null],
    );
    const property = await notion.pages.properties.retrieve({
      page_id: page.id,
      property_id: 'title',
    });
    assert.deepEqual([property.object, property.type], ['list', 'property_item']);
    assert.equal(
      property.results.map((part) => part.title.plain_text).join(''),
      'Analytical engines',
    );

    const added = await notion.blocks.children.append({
      block_id: page.id,
      children: [paragraph('draft')],
    });
    const block_id = added.results[0].id;
    const styled = [{ text: { content: 'fair copy' }, annotations: { bold: true, color: 'red' } }];
    const changed = await notion.blocks.update({ block_id, paragraph: { rich_text: styled } });
    const [piece] = changed.paragraph.rich_text;
    assert.deepEqual(
      [piece.plain_text, piece.annotations.bold, piece.annotations.italic, piece.annotations.color],
      ['fair copy', true, false, 'red'],
    );
    const deleted = await notion.blocks.delete({ block_id });
    assert.equal(deleted.in_trash, true);
    const left = await collectPaginatedAPI(notion.blocks.children.list, { block_id: page.id });
    assert.ok(!left.some((block) => block.id === block_id));
  },

  async 'pages are found by title'() {
    const found = [];
    const question = {
      query: 'engines',
      filter: { property: 'object', value: 'page' },
      sort: { timestamp: 'last_edited_time', direction: 'descending' },
      page_size: 1,
    };
    for await (const result of iteratePaginatedAPI(notion.search, question)) {
      assert.ok(isFullPage(result));
      found.push(result.id);
    }
    assert.deepEqual(found, [page.id]);
    const all = await notion.search({});
    assert.equal(all.type, 'page_or_data_source');
    assert.ok(all.results.length >= 2);
  },

  async 'a page goes to the trash and comes back'() {
    const child = await notion.pages.create({
      parent: { page_id: page.id },
      properties: titled('Short-lived'),
    });
    const trashed = await notion.pages.update({ page_id: child.id, in_trash: true });
    assert.equal(trashed.in_trash, true);
    assert.equal((await notion.pages.retrieve({ page_id: child.id })).in_trash, true);
    await refused(
      notion.blocks.children.append({ block_id: child.id, children: [paragraph('too late')] }),
      400,
      APIErrorCode.ValidationError,
    );
    const in_trash = { query: 'Short-lived', filter: { in_trash: true } };
    assert.deepEqual(
      (await notion.search(in_trash)).results.map((page) => page.id),
      [child.id],
    );
    const restored = await notion.pages.update({ page_id: child.id, in_trash: false });
    assert.equal(restored.in_trash, false);
    await notion.blocks.children.append({ block_id: child.id, children: [paragraph('in time')] });
  },

  async 'a page moves'() {
    const make = (title) =>
      notion.pages.create({ parent: { page_id: page.id }, properties: titled(title) });
    const [from, to] = [await make('Traveller'), await make('Turin')];
    const moved = await notion.pages.move({
      page_id: from.id,
      parent: { type: 'page_id', page_id: to.id },
    });
    assert.equal(moved.parent.page_id, to.id);
  },

  async 'Markdown goes both ways'() {
    const note = await notion.pages.create({
      parent: { page_id: page.id },
      properties: titled('In Markdown'),
      markdown: '# One\n\nA **bold** word\n\n- [ ] to do\n- [x] done',
    });
    const page_id = note.id;
    const read = async () => (await notion.pages.retrieveMarkdown({ page_id })).markdown;
    assert.equal(await read(), '# One\nA **bold** word\n- [ ] to do\n- [x] done');
    const kinds = (await notion.blocks.children.list({ block_id: page_id })).results.map(
      ({ type }) => type,
    );
    assert.deepEqual(kinds, ['heading_1', 'paragraph', 'to_do', 'to_do']);

    const update = (old_str, new_str) =>
      notion.pages.updateMarkdown({
        page_id,
        type: 'update_content',
        update_content: { content_updates: [{ old_str, new_str }] },
      });
    const answer = await update('A **bold** word', 'A *quiet* word');
    assert.deepEqual(
      [answer.object, answer.id, answer.truncated],
      ['page_markdown', page_id, false],
    );
    assert.equal(answer.markdown, await read());
    assert.match(answer.markdown, /A \*quiet\* word/);
    await refused(update('not there', 'anything'), 400, APIErrorCode.ValidationError);

    await notion.pages.updateMarkdown({
      page_id,
      type: 'insert_content',
      insert_content: { content: 'The end', position: { type: 'end' } },
    });
    assert.match(await read(), /The end$/);
    await notion.pages.updateMarkdown({
      page_id,
      type: 'replace_content',
      replace_content: { new_str: 'All new' },
    });
    assert.equal(await read(), 'All new');
  },

  async 'a file is uploaded and shown'() {
    const data = new Blob([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])], {
      type: 'image/png',
    });
    const wanted = { mode: 'single_part', filename: 'engine.png', content_type: 'image/png' };
    const upload = await notion.fileUploads.create(wanted);
    assert.deepEqual([upload.object, upload.status], ['file_upload', 'pending']);
    const file_upload_id = upload.id;
    const sent = await notion.fileUploads.send({
      file_upload_id,
      file: { filename: 'engine.png', data },
    });
    assert.deepEqual([sent.status, sent.content_length], ['uploaded', data.size]);
    assert.equal((await notion.fileUploads.retrieve({ file_upload_id })).status, 'uploaded');
    const uploaded = await collectPaginatedAPI(notion.fileUploads.list, { status: 'uploaded' });
    assert.ok(uploaded.some(({ id }) => id === file_upload_id));

    const image = {
      type: 'image',
      image: { type: 'file_upload', file_upload: { id: file_upload_id } },
    };
    const added = await notion.blocks.children.append({ block_id: page.id, children: [image] });
    const [block] = added.results;
    assert.equal(block.image.type, 'file');
    assert.ok(Date.parse(block.image.file.expiry_time) > Date.now());
    const served = await fetch(block.image.file.url);
    assert.deepEqual(await served.arrayBuffer(), await data.arrayBuffer());
  },

  async 'a large file is uploaded in parts'() {
    // What a paid workspace allows.
    await control('config', { max_file_upload_size_in_bytes: 100 * 1024 * 1024 });
    const part = 5 * 1024 * 1024;
    const parts = [new Blob([new Uint8Array(part).fill(65)]), new Blob(['the end'])];
    const wanted = { mode: 'multi_part', filename: 'long.txt', content_type: 'text/plain' };
    const { id } = await notion.fileUploads.create({ ...wanted, number_of_parts: parts.length });
    const file_upload_id = id;
    for (const [at, data] of parts.entries()) {
      const file = { filename: 'long.txt', data };
      await notion.fileUploads.send({ file_upload_id, file, part_number: String(at + 1) });
    }
    const whole = await notion.fileUploads.complete({ file_upload_id });
    assert.equal(whole.status, 'uploaded');
  },

  async 'rows of a data source are queried'() {
    const database = await notion.databases.create({
      parent: { type: 'page_id', page_id: page.id },
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

  async "errors arrive as the client's own"() {
    const missing = await refused(
      notion.pages.retrieve({ page_id: UNKNOWN_ID }),
      404,
      APIErrorCode.ObjectNotFound,
    );
    assert.match(missing.message, /Could not find page with ID/);
    const wrong = { type: 'paragraph', paragraph: { rich_text: text('x'.repeat(2001)) } };
    const long = await refused(
      notion.blocks.children.append({ block_id: page.id, children: [wrong] }),
      400,
      APIErrorCode.ValidationError,
    );
    assert.match(long.message, /length should be ≤ `2000`, instead was `2001`/);
    await refused(client('ntn_nobody').users.me({}), 401, APIErrorCode.Unauthorized);
    await refused(
      notion.request({ path: 'nowhere', method: 'get' }),
      400,
      APIErrorCode.InvalidRequestURL,
    );

    await control('faults', { rules: [{ path: '/v1/users/me', fault: 'html_403' }] });
    const edge = await notion.users.me({}).catch((error) => error);
    assert.ok(UnknownHTTPResponseError.isUnknownHTTPResponseError(edge), `${edge}`);
    assert.deepEqual([edge.status, edge.code], [403, ClientErrorCode.ResponseError]);
    await control('faults', { rules: [{ method: 'PATCH', path: '/v1/pages/', fault: '409' }] });
    await refused(notion.pages.update({ page_id: page.id }), 409, APIErrorCode.ConflictError);
  },

  async 'the client waits and asks again when it was too fast'() {
    const rules = [
      { method: 'GET', path: '/v1/users/me', fault: '429', retry_after: 1 },
      { method: 'POST', path: '/v1/search', fault: '429', retry_after: 1 },
    ];
    await control('faults', { rules });
    const before = (await control('log')).requests.length;
    assert.equal((await notion.users.me({})).object, 'user');
    assert.equal((await notion.search({})).object, 'list');
    const log = (await control('log')).requests.slice(before);
    const calls = log.filter(({ path }) => !path.startsWith('/_sim')).map(({ status }) => status);
    assert.deepEqual(calls, [429, 200, 429, 200]);
  },
};

for (const [words, step] of Object.entries(steps)) {
  if (NOT_SIMULATED_YET.includes(words)) {
    console.log(`– ${words}: not simulated yet`);
    continue;
  }
  try {
    await step();
    console.log(`✓ ${words}`);
  } catch (error) {
    console.log(`✗ ${words}`);
    console.error(error, error.body ?? '');
    process.exit(1);
  }
}
