// Pages, their blocks and their Markdown.

import assert from 'node:assert/strict';

import {
  APIErrorCode,
  collectPaginatedAPI,
  isFullBlock,
  isFullPage,
  iteratePaginatedAPI,
} from '@notionhq/client';

import { NEW, notion, paragraph, refused, shared, shown, text, titled } from '../support.mjs';

export default {
  async 'a page is created'() {
    const page = await notion.pages.create({
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
    shared.page = page;
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
      parent: { type: 'page_id', page_id: shared.page.id },
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
      page_id: shared.page.id,
      properties: titled('Analytical engines'),
      icon: null,
    });
    assert.deepEqual(
      [shown(updated.properties.title.title), updated.icon],
      ['Analytical engines', null],
    );
    const property = await notion.pages.properties.retrieve({
      page_id: shared.page.id,
      property_id: 'title',
    });
    assert.deepEqual([property.object, property.type], ['list', 'property_item']);
    assert.equal(
      property.results.map((part) => part.title.plain_text).join(''),
      'Analytical engines',
    );

    const added = await notion.blocks.children.append({
      block_id: shared.page.id,
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
    const left = await collectPaginatedAPI(notion.blocks.children.list, {
      block_id: shared.page.id,
    });
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
    assert.deepEqual(found, [shared.page.id]);
    const all = await notion.search({});
    assert.equal(all.type, 'page_or_data_source');
    assert.ok(all.results.length >= 2);
  },

  async 'a page goes to the trash and comes back'() {
    const child = await notion.pages.create({
      parent: { page_id: shared.page.id },
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
      (await notion.search(in_trash)).results.map(({ id }) => id),
      [child.id],
    );
    const restored = await notion.pages.update({ page_id: child.id, in_trash: false });
    assert.equal(restored.in_trash, false);
    await notion.blocks.children.append({ block_id: child.id, children: [paragraph('in time')] });
  },

  async 'a page moves'() {
    const make = (title) =>
      notion.pages.create({ parent: { page_id: shared.page.id }, properties: titled(title) });
    const [from, to] = [await make('Traveller'), await make('Turin')];
    const moved = await notion.pages.move({
      page_id: from.id,
      parent: { type: 'page_id', page_id: to.id },
    });
    assert.equal(moved.parent.page_id, to.id);
  },

  async 'Markdown goes both ways'() {
    const note = await notion.pages.create({
      parent: { page_id: shared.page.id },
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
};
