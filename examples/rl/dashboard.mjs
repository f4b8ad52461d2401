// Shows the reward curve as a live web page, service `dashboard`, and as `/rewards.json`. The numbers come from the
// learner and from eval, which send them to the service `metrics`.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { addressOf, processName } from './lib/environment.mjs';
import { readFlags } from './lib/flags.mjs';
import { log, run } from './lib/program.mjs';
import { Rewards } from './lib/rewards.mjs';
import { Server } from './lib/server.mjs';
import { Viewers } from './lib/viewers.mjs';

await run(async () => {
  readFlags({});
  const addresses = { metrics: addressOf('metrics'), dashboard: addressOf('dashboard') };
  const rewards = new Rewards();
  const viewers = new Viewers(log);
  const page = await readFile(new URL('./lib/dashboard.html', import.meta.url));

  const metrics = new Server('metrics', {
    self: processName('dashboard'),
    log,
    onMessage: (message) => viewers.send('points', rewards.add(message)),
  });
  await metrics.listen(addresses.metrics);
  await listen(http.createServer(answer), addresses.dashboard);
  log(`dashboard listens on http://${addresses.dashboard.host}:${addresses.dashboard.port}`);
  await new Promise(() => {});

  /** @type {http.RequestListener} */
  function answer(request, response) {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') end(response, 405, 'text/plain', 'GET only\n');
    else if (path === '/') end(response, 200, 'text/html; charset=utf-8', page);
    else if (path === '/rewards.json') end(response, 200, 'application/json', JSON.stringify(rewards));
    else if (path === '/events') viewers.add(response, rewards);
    else end(response, 404, 'text/plain', 'not found\n');
  }
});

/**
 * @param {http.ServerResponse} response
 * @param {number} status
 * @param {string} type
 * @param {string | Buffer} body
 */
function end(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

/** @param {http.Server} server @param {{ host: string, port: number }} address */
function listen(server, address) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve(undefined));
  });
}
