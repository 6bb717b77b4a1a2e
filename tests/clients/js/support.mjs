// The client under test, and what every step needs.

import assert from 'node:assert/strict';

import { APIResponseError, Client, LogLevel, isNotionClientError } from '@notionhq/client';

export const { url, version, personal_token, client_id, client_secret, code, redirect_uri } =
  JSON.parse(process.env.OCTAVO_SCENARIO);
export const NEW = version >= '2026-03-11';
export const UNKNOWN_ID = '01234567-89ab-4def-8123-456789abcdef';

export const client = (auth) =>
  new Client({
    auth,
    baseUrl: url,
    notionVersion: version,
    logLevel: LogLevel.ERROR,
    logger: () => {},
  });
export const notion = client(personal_token);
export const app = { client_id, client_secret };

export const text = (content) => [{ type: 'text', text: { content } }];
export const shown = (items) => items.map((item) => item.plain_text).join('');
export const paragraph = (content) => ({
  type: 'paragraph',
  paragraph: { rich_text: text(content) },
});
export const titled = (content) => ({ title: { title: text(content) } });

/** The control routes, which no client has. */
export async function control(route, body) {
  const answer = await fetch(`${url}/_sim/${route}`, {
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/** Expects the client's own error for an answer of the API. */
export async function refused(promise, status, code) {
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

/** Expects an answer of the sign-in routes, which have a body of their own. */
export async function refusedBySignIn(promise, status, word) {
  const error = await promise.then(
    () => assert.fail(`${word} was expected`),
    (error) => error,
  );
  assert.ok(isNotionClientError(error), `${error}`);
  assert.equal(error.status, status, error.message);
  assert.equal(JSON.parse(error.body).error, word);
}

/** What one step leaves for the next ones: the page that all of them work below. */
export const shared = {};
