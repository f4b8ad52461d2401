// The same experiment as rl.yaml, from a program:   node examples/rl/rl.ts [local|tmux|kube]

import { fileURLToPath } from 'node:url';
import { Cluster } from '@symphony-run/symphony';

const backend = process.argv[2] ?? 'local';
const cluster = await Cluster.new(backend);

const exp = cluster.newExperiment('rl', {
  startDir: fileURLToPath(new URL('.', import.meta.url)),
  image: 'node:22-slim',
  files: ['learner.mjs', 'agent.mjs', 'eval.mjs', 'dashboard.mjs', 'lib/'],
  endsWith: { processes: 'learner', delay: '30s' },
});

const learner = exp.newProcess('learner', {
  command: ['node', 'learner.mjs', '--until', 495],
  restart: 'on-failure',
});
learner.bind(['parameter-server', 'replay-server']);
learner.connect(['metrics']);

const evaluation = exp.newProcess('eval', { command: ['node', 'eval.mjs'], restart: 'on-failure' });
evaluation.connect(['parameter-server', 'metrics']);

const dashboard = exp.newProcess('dashboard', { command: ['node', 'dashboard.mjs'], restart: 'on-failure' });
dashboard.bind(['metrics']);
dashboard.expose(['dashboard']);

const agents = exp.newProcessGroup('agents');
const agent = agents.newProcess('agent', { command: ['node', 'agent.mjs'], replicas: 3, restart: 'on-failure' });
agent.connect(['parameter-server', 'replay-server']);

await cluster.launch(exp);
console.log(`launched on ${backend}; to see it learn: symphony visit dashboard rl --backend ${backend}`);
