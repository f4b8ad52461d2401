// A program built on Symphony with all its commands and one more:   node myproject.ts create rl --agents 4

import { fileURLToPath } from 'node:url';
import { Cluster } from '@symphony-run/symphony';
import { SymphonyParser } from '@symphony-run/symphony/commands';

const programs = fileURLToPath(new URL('../rl/', import.meta.url));

interface CreateArguments {
  readonly name: string;
  readonly agents: number;
}

class MyProject extends SymphonyParser {
  override get name() {
    return 'node myproject.ts';
  }

  override createCluster() {
    return Cluster.new();
  }

  override setup() {
    super.setup();
    this.addSubcommand(
      'create',
      (command) =>
        command
          .description('launch a reinforcement-learning run')
          .argument('<name>', 'the name of the experiment')
          .option('--agents <number>', 'how many play at the same time', Number, 3),
      (args: CreateArguments) => this.actionCreate(args),
    );
  }

  private async actionCreate({ name, agents }: CreateArguments) {
    const cluster = await this.cluster();
    const exp = cluster.newExperiment(name, {
      startDir: programs,
      image: 'node:22-slim',
      files: ['learner.mjs', 'agent.mjs', 'eval.mjs', 'dashboard.mjs', 'lib/'],
    });

    const learner = exp.newProcess('learner', { command: ['node', 'learner.mjs'], restart: 'on-failure' });
    learner.bind(['parameter-server', 'replay-server']).connect('metrics');

    const evaluation = exp.newProcess('eval', { command: ['node', 'eval.mjs'], restart: 'on-failure' });
    evaluation.connect(['parameter-server', 'metrics']);

    const dashboard = exp.newProcess('dashboard', { command: ['node', 'dashboard.mjs'], restart: 'on-failure' });
    dashboard.bind('metrics').expose('dashboard');

    const group = exp.newProcessGroup('agents');
    const agent = group.newProcess('agent', {
      command: ['node', 'agent.mjs'],
      replicas: agents,
      restart: 'on-failure',
    });
    agent.connect(['parameter-server', 'replay-server']);

    await this.launch(exp);
  }
}

await new MyProject().main();
