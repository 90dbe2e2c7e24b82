#!/usr/bin/env node
// `npm run setup`, and the beginning of `npm start` and `npm test`. This file keeps to syntax that an old Node can read,
// so that it can say which Node is needed; the work is in setup/.
var needed = [20, 19];
var running = process.versions.node.split('.').map(Number);

if (running[0] < needed[0] || (running[0] === needed[0] && running[1] < needed[1])) {
  console.error(
    'premod needs Node ' +
      needed.join('.') +
      ' or newer, and this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      'Install a newer one from https://nodejs.org (or with nvm: nvm install 22) and run the command again.',
  );
  process.exitCode = 1;
} else {
  import('./setup/main.mjs').then((setup) => setup.main(process.argv.slice(2)));
}
