import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ActorCritic } from '../../examples/rl/lib/actor-critic.mjs';
import { estimateAdvantages, normalize } from '../../examples/rl/lib/advantages.mjs';
import { BadMessage } from '../../examples/rl/lib/bad-message.mjs';
import { CartPole, MAX_STEPS } from '../../examples/rl/lib/cart-pole.mjs';
import { Connector } from '../../examples/rl/lib/connector.mjs';
import { addressOf, processName, replicaNumber } from '../../examples/rl/lib/environment.mjs';
import { isEpisode, playEpisode, returnOf } from '../../examples/rl/lib/episode.mjs';
import { LineSplitter } from '../../examples/rl/lib/line-splitter.mjs';
import { policyLoss, valueLoss } from '../../examples/rl/lib/losses.mjs';
import { createPolicyNetwork, createValueNetwork, Policy } from '../../examples/rl/lib/policy.mjs';
import { createRandom, gaussian, mixSeed } from '../../examples/rl/lib/random.mjs';
import { ReplayBuffer } from '../../examples/rl/lib/replay-buffer.mjs';
import { Rewards } from '../../examples/rl/lib/rewards.mjs';
import { Server } from '../../examples/rl/lib/server.mjs';

describe('cart-pole', () => {
  function startedAt(...state: number[]) {
    const cartPole = new CartPole(createRandom(1));
    cartPole.reset();
    cartPole.state.set(state);
    return cartPole;
  }

  function expectState(cartPole: CartPole, expected: number[]) {
    expected.forEach((value, i) => {
      expect(cartPole.state[i]).toBeCloseTo(value, 12);
    });
  }

  // The expected numbers come from CartPole-v1 of Gymnasium 1.3.0.
  it('moves like CartPole-v1', () => {
    const cartPole = startedAt(0.01, -0.02, 0.03, -0.04);
    const pushes = [1, 1, 0, 1, 0, 0, 1, 0];
    cartPole.step(1);
    expectState(cartPole, [0.009600000000000001, 0.17467919574755525, 0.0292, -0.3230687179600081]);
    for (const action of pushes.slice(1)) cartPole.step(action);
    expectState(cartPole, [0.03786727928565591, -0.020900533960113404, -0.019878933971788568, -0.020122892030648487]);
    let last = cartPole.step(pushes[0] as number);
    while (!last.terminated) last = cartPole.step(pushes[cartPole.steps % pushes.length] as number);
    expect(cartPole.steps).toBe(28);
    expectState(cartPole, [0.110915764609976, 0.39517133930700077, -0.22057999864301284, -1.2014680942033067]);
  });

  it('fails when the pole leans too far, with a reward for that step too', () => {
    const cartPole = startedAt(0, 0, 0, 0);
    for (let step = 1; step < 9; step++) expect(cartPole.step(1).terminated).toBe(false);
    expect(cartPole.step(1)).toEqual({ reward: 1, terminated: true, truncated: false });
  });

  it('fails when the cart leaves the track', () => {
    expect(startedAt(2.39, 1, 0, 0).step(1).terminated).toBe(true);
    expect(startedAt(2.37, 1, 0, 0).step(1).terminated).toBe(false);
  });

  it('ends after 500 steps without having failed', () => {
    const cartPole = startedAt(0, 0, 0, 0);
    let last = { terminated: false, truncated: false };
    // A hand-written controller that keeps the pole upright.
    while (!last.terminated && !last.truncated) {
      const [position, speed, angle, angularSpeed] = [...cartPole.state] as [number, number, number, number];
      last = cartPole.step(angle + 0.3 * angularSpeed + 0.02 * position + 0.05 * speed > 0 ? 1 : 0);
    }
    expect(last).toMatchObject({ terminated: false, truncated: true });
    expect(cartPole.steps).toBe(MAX_STEPS);
  });

  it('starts near the middle, in a different state for each seed', () => {
    const first = Array.from(new CartPole(createRandom(mixSeed(1, 0))).reset());
    const second = Array.from(new CartPole(createRandom(mixSeed(1, 1))).reset());
    for (const value of [...first, ...second]) expect(Math.abs(value)).toBeLessThanOrEqual(0.05);
    expect(first).not.toEqual(second);
    expect(Array.from(new CartPole(createRandom(mixSeed(1, 0))).reset())).toEqual(first);
  });
});

describe('learning', () => {
  function someSamples(random: () => number) {
    return Array.from({ length: 40 }, () => ({
      observation: Array.from({ length: 4 }, () => gaussian(random)),
      action: random() < 0.5 ? 0 : 1,
      // Far enough from the new probabilities that the clip applies to some samples and not to others.
      logProbability: Math.log(0.2 + 0.6 * random()),
      advantage: gaussian(random),
      target: random(),
    }));
  }

  function expectGradient(parameters: Float64Array, gradient: Float64Array, loss: () => number) {
    const distance = 1e-6;
    for (let i = 0; i < parameters.length; i++) {
      const before = parameters[i] as number;
      parameters[i] = before + distance;
      const above = loss();
      parameters[i] = before - distance;
      const below = loss();
      parameters[i] = before;
      expect(gradient[i]).toBeCloseTo((above - below) / (2 * distance), 6);
    }
  }

  it('has the right gradient of the policy loss', () => {
    const random = createRandom(7);
    const network = createPolicyNetwork().initialize(random, 1);
    const samples = someSamples(random);
    const options = { clip: 0.2, entropyBonus: 0.05 };
    const gradient = new Float64Array(network.size);
    policyLoss(network, samples, options, gradient);
    expect(Math.hypot(...gradient)).toBeGreaterThan(0.01);
    expectGradient(network.parameters, gradient, () =>
      policyLoss(network, samples, options, new Float64Array(network.size)),
    );
  });

  it('has the right gradient of the value loss', () => {
    const random = createRandom(8);
    const network = createValueNetwork().initialize(random, 1);
    const samples = someSamples(random);
    const gradient = new Float64Array(network.size);
    valueLoss(network, samples, gradient);
    expectGradient(network.parameters, gradient, () => valueLoss(network, samples, new Float64Array(network.size)));
  });

  it('has no gradient beyond the clip', () => {
    const network = createPolicyNetwork();
    const sample = { observation: [0.1, 0.2, 0.3, 0.4], action: 0, advantage: 1, target: 0 };
    const pull = (logProbability: number) => {
      const gradient = new Float64Array(network.size);
      policyLoss(network, [{ ...sample, logProbability }], { clip: 0.2, entropyBonus: 0 }, gradient);
      return Math.hypot(...gradient);
    };
    expect(pull(Math.log(0.5))).toBeGreaterThan(0);
    expect(pull(Math.log(0.3))).toBe(0);
  });

  it('distinguishes a failure from the time limit', () => {
    const options = { discount: 0.5, trace: 1 };
    const episode = { rewards: [1, 1], values: [0, 0, 4] };
    expect([...estimateAdvantages({ ...episode, terminated: true }, options).advantages]).toEqual([1.5, 1]);
    expect([...estimateAdvantages({ ...episode, terminated: false }, options).advantages]).toEqual([2.5, 3]);
  });

  it('scales advantages to deviation 1, but does not blow up noise', () => {
    expect([...normalize(Float64Array.of(2, 4), 0.1)]).toEqual([-1, 1]);
    expect(normalize(Float64Array.of(-0.01, 0.01), 0.1)[1]).toBeCloseTo(0.1);
  });

  it('samples each action as often as its probability says', () => {
    const network = createPolicyNetwork();
    network.parameters[network.size - 1] = Math.log(3);
    const policy = new Policy(network, createRandom(3));
    const actions = Array.from({ length: 4000 }, () => policy.sample([0, 0, 0, 0]).action);
    expect(actions.filter((action) => action === 1).length / actions.length).toBeCloseTo(0.75, 1);
    expect(Math.exp(policy.sample([0, 0, 0, 0]).logProbability as number)).toSatisfy(
      (probability: number) => Math.abs(probability - 0.75) < 1e-9 || Math.abs(probability - 0.25) < 1e-9,
    );
    expect(policy.greedy([0, 0, 0, 0])).toBe(1);
  });

  it.each([1, 2, 3])('learns to balance the pole (seed %i)', (seed) => {
    const random = createRandom(mixSeed(seed, 1));
    const mind = new ActorCritic(createRandom(seed));
    const cartPole = new CartPole(random);
    const policy = new Policy(mind.policy, random);
    const returns: number[] = [];
    for (let update = 0; update < 30; update++) {
      const episodes = [];
      for (let steps = 0; steps < 1024; ) {
        const episode = playEpisode(cartPole, policy);
        steps += episode.actions.length;
        episodes.push(episode);
        returns.push(returnOf(episode));
      }
      mind.update(episodes);
    }
    const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    expect(mean(returns.slice(0, 30))).toBeLessThan(40);
    expect(mean(returns.slice(-30))).toBeGreaterThan(150);
  });
});

describe('episodes that arrive', () => {
  const episode = () => playEpisode(new CartPole(createRandom(1)), new Policy(createPolicyNetwork(), createRandom(2)));

  it('are accepted when complete, also after a round trip through JSON', () => {
    expect(isEpisode(JSON.parse(JSON.stringify(episode())))).toBe(true);
  });

  it.each([
    ['nothing', () => ({})],
    ['no steps', () => ({ ...episode(), actions: [] })],
    ['too few observations', () => ({ ...episode(), observations: episode().observations.slice(1) })],
    ['a number that JSON cannot hold', () => JSON.parse(JSON.stringify({ ...episode(), rewards: [Number.NaN] }))],
    ['an unknown action', () => ({ ...episode(), actions: episode().actions.map(() => 2) })],
    ['a probability over 1', () => ({ ...episode(), logProbabilities: episode().actions.map(() => 0.1) })],
    ['a length that is no list', () => ({ ...episode(), actions: { length: 3 } })],
  ])('are refused with %s', (_, message) => {
    expect(isEpisode(message())).toBe(false);
  });

  it('wait in a buffer that drops the oldest', async () => {
    const buffer = new ReplayBuffer(60);
    const taken = buffer.take(20);
    for (let i = 0; i < 20; i++) buffer.add(episode());
    expect(buffer.steps).toBeLessThanOrEqual(60);
    expect((await taken).length).toBeGreaterThan(0);
    expect(buffer.steps).toBe(0);
  });
});

describe('lines', () => {
  const split = (splitter: LineSplitter, piece: string | Uint8Array) => [...splitter.push(Buffer.from(piece))];

  it('are assembled from pieces', () => {
    const splitter = new LineSplitter(100);
    expect(split(splitter, 'on')).toEqual([]);
    expect(split(splitter, 'e\n\ntwo\nthr')).toEqual(['one', '', 'two']);
    expect(split(splitter, 'ee\n')).toEqual(['three']);
  });

  it('survive a cut inside a character', () => {
    const splitter = new LineSplitter(100);
    const bytes = Buffer.from('ä€🙂\n');
    expect([...bytes].flatMap((byte) => split(splitter, Uint8Array.of(byte)))).toEqual(['ä€🙂']);
  });

  it('must not be too long, with or without an end', () => {
    const splitter = new LineSplitter(5);
    expect(split(splitter, '12345\n')).toEqual(['12345']);
    expect(() => split(splitter, '123456\n')).toThrow(BadMessage);
    const endless = new LineSplitter(5);
    expect(split(endless, '123')).toEqual([]);
    expect(() => split(endless, '456')).toThrow('more than 5 bytes');
  });
});

describe('messages', () => {
  const cleanups: (() => unknown)[] = [];
  const host = '127.0.0.1';

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function serve(port = 0, options = {}) {
    const received: unknown[] = [];
    const lines: string[] = [];
    const onMessage = (message: unknown) => received.push(message);
    const server = new Server('echo', { self: 'server', log: (line) => lines.push(line), onMessage, ...options });
    await server.listen({ host, port });
    // Channels alone would miss a client that is ready before the server has read its greeting.
    const sockets: net.Socket[] = [];
    server.server.on('connection', (socket) => sockets.push(socket));
    const stop = async () => {
      const closed = new Promise((resolve) => server.server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    };
    cleanups.push(() => (server.server.listening ? stop() : undefined));
    return { server, received, lines, sockets, stop, port: (server.server.address() as net.AddressInfo).port };
  }

  function connect(port: number, options = {}) {
    const received: unknown[] = [];
    const lines: string[] = [];
    const connector = new Connector(
      'echo',
      { host, port },
      {
        self: 'client',
        log: (line) => lines.push(line),
        onMessage: (message: unknown) => received.push(message),
        ...options,
      },
    );
    cleanups.push(() => connector.close());
    return { connector, received, lines };
  }

  /** A peer without this library, which can send anything. */
  async function connectRaw(port: number) {
    const socket = net.connect({ host, port });
    cleanups.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }

  it('go in both directions after a greeting', async () => {
    const { server, received, port } = await serve();
    const client = connect(port);
    await client.connector.whenReady();
    client.connector.send({ number: 1 });
    await expect.poll(() => received).toEqual([{ number: 1 }]);
    for (const channel of server.channels) channel.send({ number: 2 });
    await expect.poll(() => client.received).toEqual([{ number: 2 }]);
    expect([...server.channels].map((channel) => channel.peer)).toEqual(['client']);
  });

  it('are assembled from pieces', async () => {
    const { received, sockets, port } = await serve();
    const socket = await connectRaw(port);
    await expect.poll(() => sockets.length).toBe(1);
    for (const piece of ['{"hello":"r', 'aw"}\n\n{"text":"', 'a"}\n{"text":"b"}\n']) {
      const arrived = once(sockets[0] as net.Socket, 'data');
      socket.write(piece);
      await arrived;
    }
    await expect.poll(() => received).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  it.each([
    ['that is not JSON', '{"hello":"raw"}\nwhat?\n', 'not JSON'],
    ['that is not an object', '{"hello":"raw"}\n7\n', 'not an object'],
    ['that is too long', `{"hello":"raw"}\n${'x'.repeat(1024 * 1024 + 1)}`, 'more than 1048576 bytes'],
  ])('disconnect only the peer that sends a line %s', async (_, sent, reason) => {
    const { server, received, lines, port } = await serve();
    const good = connect(port);
    await good.connector.whenReady();
    const socket = await connectRaw(port);
    socket.write(sent);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(lines.at(-1)).toContain(reason);
    good.connector.send({ still: 'here' });
    await expect.poll(() => received).toEqual([{ still: 'here' }]);
    expect(server.channels.size).toBe(1);
  });

  it('disconnect a peer that sends a message that the receiver refuses', async () => {
    const onMessage = () => {
      throw new BadMessage('nonsense');
    };
    const { lines, port } = await serve(0, { onMessage });
    const socket = await connectRaw(port);
    socket.write('{"hello":"raw"}\n{"a":1}\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(lines.at(-1)).toContain('it sent nonsense');
  });

  it.each(['{"hello":"two\\nlines"}', '{"hello":"\\u001b[2J"}', '{"hello":""}', '{"name":"raw"}'])(
    'are not accepted from a peer with the greeting %s',
    async (greeting) => {
      const { server, lines, port } = await serve();
      const socket = await connectRaw(port);
      socket.write(`${greeting}\n`);
      await new Promise((resolve) => socket.once('close', resolve));
      expect(lines).toHaveLength(1);
      expect(server.channels.size).toBe(0);
    },
  );

  it('ignore a probe that only connects', async () => {
    const { lines, port } = await serve();
    (await connectRaw(port)).destroy();
    // The server accepts connections in order, so it has seen the end of the first.
    const socket = await connectRaw(port);
    socket.write('{"hello":"raw"}\n');
    await expect.poll(() => lines.length).toBeGreaterThan(1);
    expect(lines).toEqual([expect.stringMatching('echo listens on'), expect.stringContaining('raw')]);
  });

  it('continue after the server was away', async () => {
    const first = await serve();
    const { port } = first;
    const client = connect(port);
    await client.connector.whenReady();
    await first.stop();
    await expect.poll(() => client.connector.connected).toBe(false);
    client.connector.send({ dropped: true });
    // Further failed attempts must add no lines.
    await expect.poll(() => client.connector.attempts).toBeGreaterThan(2);
    const second = await serve(port);
    await client.connector.whenReady();
    client.connector.send({ number: 3 });
    await expect.poll(() => second.received).toEqual([{ number: 3 }]);
    expect(client.lines).toEqual([
      `connected to echo at ${host}:${port}`,
      expect.stringMatching(/^lost echo \(.+\), connecting again$/),
      `regained echo at ${host}:${port}`,
    ]);
  });

  it('wait for a server that does not run yet, with one line of log', async () => {
    const { port, stop } = await serve();
    await stop();
    const client = connect(port);
    await expect.poll(() => client.lines.length).toBeGreaterThan(0);
    // Further failed attempts must add no lines.
    await expect.poll(() => client.connector.attempts).toBeGreaterThan(2);
    await serve(port);
    await client.connector.whenReady();
    expect(client.lines).toEqual([
      `waiting for echo at ${host}:${port} (ECONNREFUSED)`,
      `connected to echo at ${host}:${port}`,
    ]);
  });

  it('are held back for a peer that does not read', async () => {
    const { server, port } = await serve();
    const socket = await connectRaw(port);
    socket.write('{"hello":"raw"}\n');
    socket.pause();
    await expect.poll(() => server.channels.size).toBe(1);
    const channel = [...server.channels][0];
    if (channel === undefined) throw new Error('No peer is connected.');
    while (!channel.busy) {
      channel.send({ text: 'x'.repeat(100_000) });
      await delay(0);
    }
    socket.resume();
    await expect.poll(() => channel.busy).toBe(false);
  });
});

describe('the environment', () => {
  it('gives the address of a service', () => {
    const env = { SYMPH_REPLAY_SERVER_HOST: '0.0.0.0', SYMPH_REPLAY_SERVER_PORT: '7001' };
    expect(addressOf('replay-server', env)).toEqual({ host: '0.0.0.0', port: 7001 });
  });

  it('is reported with the name of an invalid variable', () => {
    expect(() => addressOf('metrics', {})).toThrow('SYMPH_METRICS_HOST is not set');
    expect(() => addressOf('metrics', { SYMPH_METRICS_HOST: 'a' })).toThrow('SYMPH_METRICS_PORT is not set');
    const env = { SYMPH_METRICS_HOST: 'a', SYMPH_METRICS_PORT: 'http' };
    expect(() => addressOf('metrics', env)).toThrow("SYMPH_METRICS_PORT is 'http'");
    expect(() => replicaNumber({ SYMPH_REPLICA: 'x' })).toThrow('SYMPH_REPLICA');
  });

  it('gives a process its name', () => {
    expect(processName('agent', {})).toBe('agent');
    expect(processName('agent', { SYMPH_PROCESS: 'agent', SYMPH_REPLICA: '2' })).toBe('agent-2');
    expect(processName('agent', { SYMPH_PROCESS: 'agent-2', SYMPH_REPLICA: '2' })).toBe('agent-2');
  });
});

describe('the reward curve', () => {
  const point = (number: number, age = 0) => ({ number, age, meanReturn: 20, lowest: 9, highest: 31, version: number });

  it('stores each point once, however often a reporter sends it', () => {
    const rewards = new Rewards();
    const source = { series: 'evaluation', run: 'a' };
    expect(rewards.add({ ...source, points: [point(1), point(2)] }).points).toHaveLength(2);
    expect(rewards.add({ ...source, points: [point(1), point(2), point(3)] }).points).toHaveLength(1);
    expect(rewards.add({ ...source, run: 'b', points: [point(1)] }).points).toHaveLength(1);
    expect(rewards.toJSON().evaluation.map(({ version }) => version)).toEqual([1, 2, 3, 1]);
  });

  it('computes times with its own clock', () => {
    const rewards = new Rewards();
    const earliest = Date.now() - 60_000;
    const [added] = rewards.add({ series: 'evaluation', run: 'a', points: [point(1, 60)] }).points;
    expect(added?.time).toBeGreaterThanOrEqual(earliest);
    expect(added?.time).toBeLessThanOrEqual(Date.now() - 60_000);
  });

  it('refuses invalid points and series', () => {
    const rewards = new Rewards();
    expect(() => rewards.add({ series: 'toString', run: 'a', points: [] })).toThrow(BadMessage);
    expect(() => rewards.add({ series: 'training', run: 'a', points: [point(1)] })).toThrow('a point without updates');
    expect(() => rewards.add({ series: 'training', run: 'a', points: [null] })).toThrow(BadMessage);
    expect(rewards.toJSON()).toEqual({ training: [], evaluation: [] });
  });

  it('stays bounded', () => {
    const rewards = new Rewards();
    for (let number = 1; number <= 5000; number++) {
      rewards.add({ series: 'evaluation', run: 'a', points: [point(number)] });
    }
    const versions = rewards.toJSON().evaluation.map(({ version }) => version);
    expect(versions.length).toBeLessThanOrEqual(2000);
    expect(versions[0]).toBe(1);
    expect(versions.at(-1)).toBe(5000);
  });
});
