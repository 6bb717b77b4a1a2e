// What a user's other tools do to Notion, done to the simulator with Notion's own JavaScript client as
// it is published. Started by tests/stories/official_clients.rs, which plays the person in the browser
// and gives what the scenario needs in one variable. Stops at the first step that goes wrong.

import errors from './steps/errors.mjs';
import files from './steps/files.mjs';
import pages from './steps/pages.mjs';
import rows from './steps/rows.mjs';
import signIn from './steps/sign-in.mjs';

const steps = { ...signIn, ...pages, ...files, ...rows, ...errors };

for (const [words, step] of Object.entries(steps)) {
  try {
    await step();
    console.log(`✓ ${words}`);
  } catch (error) {
    console.log(`✗ ${words}`);
    console.error(error, error.body ?? '');
    process.exit(1);
  }
}
