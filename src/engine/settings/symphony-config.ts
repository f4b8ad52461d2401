import { overrideSetting, readSetting } from './config.ts';

/**
 * Settings of a program, which only flags override. There is one instance:
 * `SymphonyConfig.get().setUsername('sarah').setExperimentFolder('~/experiments')`.
 */
export class SymphonyConfig {
  static readonly #instance = new SymphonyConfig();

  static get(): SymphonyConfig {
    return SymphonyConfig.#instance;
  }

  /**
   * Sets the prefix of experiment names: `sarah-rl`.
   * @throws SymphonyError `usage` if a name cannot begin with it
   */
  setUsername(username: string): this {
    overrideSetting('program', 'username', username);
    return this;
  }

  /** Sets the folder in which the spec of every launched experiment is saved; empty for none. `~` is expanded. */
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
