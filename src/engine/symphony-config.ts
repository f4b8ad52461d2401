import { overrideSetting, readSetting } from './config.ts';

/**
 * What a program says for itself, before flags only. There is one:
 * `SymphonyConfig.get().setUsername('sarah').setExperimentFolder('~/experiments')`.
 */
export class SymphonyConfig {
  static readonly #instance = new SymphonyConfig();

  static get(): SymphonyConfig {
    return SymphonyConfig.#instance;
  }

  /**
   * Put before the names of experiments from now on: `sarah-rl`.
   * @throws SymphonyError `usage` if names cannot begin so
   */
  setUsername(username: string): this {
    overrideSetting('program', 'username', username);
    return this;
  }

  /** Where the spec of every launched experiment is saved; nowhere if empty. `~` is expanded. */
  setExperimentFolder(path: string): this {
    overrideSetting('program', 'experimentFolder', path);
    return this;
  }

  getUsername(): Promise<string> {
    return readSetting('username');
  }

  /** Absolute, or empty. */
  getExperimentFolder(): Promise<string> {
    return readSetting('experimentFolder');
  }
}
