// Who one is, and how one becomes that.

import assert from 'node:assert/strict';

import { APIErrorCode, collectPaginatedAPI, isFullUser } from '@notionhq/client';

import {
  app,
  client,
  client_id,
  code,
  notion,
  redirect_uri,
  refused,
  refusedBySignIn,
} from '../support.mjs';

export default {
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
};
