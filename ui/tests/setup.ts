import { afterEach, beforeEach, expect, vi } from 'vitest';
import '../src/design/base.css';
import { removeAll } from './support';

// What the console complains about is a failure.
beforeEach(() => {
  vi.spyOn(console, 'error');
  vi.spyOn(console, 'warn');
});

afterEach(async () => {
  await removeAll();
  expect(vi.mocked(console.error).mock.calls).toEqual([]);
  expect(vi.mocked(console.warn).mock.calls).toEqual([]);
  vi.restoreAllMocks();
  delete document.documentElement.dataset.theme;
  delete document.documentElement.dataset.painted;
  delete document.documentElement.dataset.ready;
});
