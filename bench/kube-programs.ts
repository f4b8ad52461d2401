/** Lists once and parses: the minimal cost of a table of pods. */
export const listingProgram = `import { readFileSync } from 'node:fs';
import https from 'node:https';
import { text } from 'node:stream/consumers';
const { server, options, path, count } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
https.get(server + path, options, async (response) => {
  const { items } = JSON.parse(await text(response));
  if (items.length !== count) throw new Error(items.length + ' pods');
});
`;

/** Prints the times of a watch's first table and of the bare list over kept connections, taken in turn. */
export const comparingProgram = `import { readFileSync } from 'node:fs';
import https from 'node:https';
import { text } from 'node:stream/consumers';
const { server, options, path, count, experiment, rounds, module } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { KubeBackend } = await import(module);
const cluster = await KubeBackend.connect({});
const agent = new https.Agent({ keepAlive: true });
function check(length) {
  if (length !== count) throw new Error(length + ' pods');
}
async function list() {
  const start = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers();
  https.get(server + path, { ...options, agent }, resolve).once('error', reject);
  check(JSON.parse(await text(await promise)).items.length);
  return performance.now() - start;
}
async function table() {
  const start = performance.now();
  for await (const event of cluster.watch({ experiment })) {
    check(event.experiments[0].processes.length);
    return performance.now() - start;
  }
}
await list();
await table();
const pairs = [];
for (let round = 0; round < rounds; round += 1) pairs.push({ first: await table(), second: await list() });
agent.destroy();
await cluster.close();
console.log(JSON.stringify(pairs));
`;

/** Watches, and prints once that it has started. */
export const watchingProgram = `import { readFileSync } from 'node:fs';
const { experiment, module } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { KubeBackend } = await import(module);
const cluster = await KubeBackend.connect({});
for await (const event of cluster.watch({ experiment })) console.log(event.type);
`;

/** Follows a log and writes it to stdout. */
export const followingProgram = `import { readFileSync } from 'node:fs';
import https from 'node:https';
const { server, options, path } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
https.get(server + path, options, (response) => response.pipe(process.stdout));
`;
