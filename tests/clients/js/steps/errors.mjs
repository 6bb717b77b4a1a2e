// What goes wrong, and what the client does about it by itself.

import assert from 'node:assert/strict';

import { APIErrorCode, ClientErrorCode, UnknownHTTPResponseError } from '@notionhq/client';

import { client, control, notion, refused, shared, text, UNKNOWN_ID } from '../support.mjs';

export default {
  async "errors arrive as the client's own"() {
    const missing = await refused(
      notion.pages.retrieve({ page_id: UNKNOWN_ID }),
      404,
      APIErrorCode.ObjectNotFound,
    );
    assert.match(missing.message, /Could not find page with ID/);
    const wrong = { type: 'paragraph', paragraph: { rich_text: text('x'.repeat(2001)) } };
    const long = await refused(
      notion.blocks.children.append({ block_id: shared.page.id, children: [wrong] }),
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
    await refused(
      notion.pages.update({ page_id: shared.page.id }),
      409,
      APIErrorCode.ConflictError,
    );
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
