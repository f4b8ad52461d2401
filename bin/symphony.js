#!/usr/bin/env node
// Plain JavaScript that any Node can read: all it needs to know is whether this one is new enough.

const wanted = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
const program = new URL('../dist/main.js', import.meta.url);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  fail(
    `symphony needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}. ` +
      'Install a newer one from https://nodejs.org, or run it through npx or an npm script of a project that has the npm package "node".',
  );
} else {
  let keepTrace = () => 'Its stack trace is shown with SYMPHONY_DEBUG=1.';
  process.on('uncaughtException', (error) => tell(error, keepTrace));
  // An import statement would cost 5 ms: it reads every property of the module.
  process.getBuiltinModule('node:module').enableCompileCache();
  await import(program.href).then((loaded) => {
    keepTrace = loaded.keepTrace ?? keepTrace;
    return loaded.main();
  }, notBuilt);
}

function notBuilt(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== program.href) throw error;
  fail('symphony is not built yet: run `npm run build` in its checkout.');
}

/** Node would print the line of the program that threw, which is all of it. */
function tell(error, keepTrace) {
  // The full-screen interface gives the terminal back first.
  if (process.listenerCount('uncaughtException') > 1) return;
  const { message = String(error), stack } = error ?? {};
  fail(`error: ${message}`);
  if (!process.env.SYMPHONY_DEBUG) fail(`This is a defect of Symphony. ${keepTrace(error)}`);
  else if (stack) fail(stack);
  process.exit(1);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
