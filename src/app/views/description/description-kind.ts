import { documentKind } from '../../shell/text-view/document-view.ts';
import { describeExperiment } from './describe-experiment.ts';

export const descriptionKind = documentKind('description', { describe: describeExperiment });
