// Uploads, in one piece and in parts.

import assert from 'node:assert/strict';

import { collectPaginatedAPI } from '@notionhq/client';

import { control, notion, shared } from '../support.mjs';

export default {
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
    const added = await notion.blocks.children.append({
      block_id: shared.page.id,
      children: [image],
    });
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
};
