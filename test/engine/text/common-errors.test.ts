import { describe, expect, it } from 'vitest';
import {
  experimentExists,
  noExperiment,
  noExperimentMatches,
  noProcess,
  noTarget,
  noTerminal,
  notRunning,
  unknownName,
} from '../../../src/engine/text/common-errors.ts';

const agent = { group: 'agents', name: 'agent' };
const learner = { group: null, name: 'learner' };

describe('an unknown name', () => {
  it('is quoted, with the nearest names as the hint', () => {
    expect(noExperiment('rk', ['rl', 'eval'])).toMatchObject({
      code: 'not-found',
      message: 'There is no experiment "rk".',
      hint: 'Did you mean rl?',
    });
    expect(noExperiment('zzz', ['rl', 'eval']).hint).toBe('There are: rl, eval.');
    expect(noExperiment('zzz', []).hint).toBe('There is no experiment at all.');
    expect(unknownName('setting', 'x', ['theme'], { code: 'usage' }).code).toBe('usage');
  });

  it('has no hint where the names are unknown', () => {
    expect(noExperiment('rl').hint).toBeUndefined();
    expect(noProcess(agent, 'rl').hint).toBeUndefined();
  });

  it('names the place, and gives way to a hint about the place where no name is similar', () => {
    const options = { where: 'in namespace a', hint: 'Name another namespace.' };
    const error = unknownName('experiment', 'zzz', ['rl'], options);
    expect(error.message).toBe('There is no experiment "zzz" in namespace a.');
    expect(error.hint).toBe('Name another namespace.');
    expect(unknownName('experiment', 'rk', ['rl'], options).hint).toBe('Did you mean rl?');
  });

  it('of a process is compared in the form in which it was given', () => {
    expect(noProcess({ group: 'agents', name: 'agnet' }, 'rl', [agent, learner])).toMatchObject({
      message: 'There is no process "agents/agnet" in experiment rl.',
      hint: 'Did you mean agents/agent?',
    });
    expect(noTarget('agnet', [agent, learner], 'rl').hint).toBe('Did you mean agent?');
    expect(noTarget('zzz', [agent, learner], 'rl').hint).toBe('There are: agents/agent, learner.');
    expect(noTarget('zzz', []).message).toBe('There is no process "zzz".');
  });
});

describe('an experiment that exists', () => {
  it('says how to go on', () => {
    expect(experimentExists('rl')).toMatchObject({
      code: 'conflict',
      message: 'Experiment rl exists already.',
      hint: "Replace it with force: true, delete it with: cluster.delete('rl'), or launch under another name.",
    });
  });

  it('says more where more is known', () => {
    const cause = new Error('409');
    const error = experimentExists('rl', {
      how: 'is being launched',
      detail: 'by another client',
      hint: 'Wait.',
      cause,
    });
    expect(error.message).toBe('Experiment rl is being launched already, by another client.');
    expect(error.hint).toBe('Wait.');
    expect(error.cause).toBe(cause);
  });
});

describe('a process', () => {
  it('without a terminal cannot be attached to', () => {
    expect(noTerminal(agent)).toMatchObject({
      code: 'unsupported',
      message: 'Process agents/agent has no terminal to attach to.',
    });
  });

  it('that does not run is described by its state', () => {
    expect(notRunning(learner, { state: 'failed', reason: 'exit code 3' })).toMatchObject({
      code: 'conflict',
      message: 'Process learner does not run: it is failed (exit code 3).',
    });
    expect(notRunning(learner, { state: 'stopped' }).message).toBe('Process learner does not run: it is stopped.');
    expect(notRunning(learner, undefined).message).toBe('Process learner does not run: nothing of it is left.');
  });
});

it('patterns without a match are refused with what is similar', () => {
  expect(noExperimentMatches(['sweepp'], ['rl', 'sweep'])).toMatchObject({
    code: 'not-found',
    message: 'No experiment matches sweepp.',
    hint: 'Did you mean sweep?',
  });
});
