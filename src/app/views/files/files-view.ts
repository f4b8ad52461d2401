import { isOfKind, type ListView } from '../../shell/store/view.ts';

/** The experiment files of the working directory. */
export interface FilesView extends ListView {
  readonly kind: 'files';
  readonly files: readonly ExperimentFile[];
  /** Whether the search for files is still running. */
  readonly searching: boolean;
}

/** An experiment file that was found. */
export interface ExperimentFile {
  /** Relative to the working directory. */
  readonly path: string;
  readonly name: string;
  /** How many processes it declares, counting each replica; or what is wrong with it. */
  readonly summary: string;
  readonly broken: boolean;
}

export const isFilesView = isOfKind<FilesView>('files');
