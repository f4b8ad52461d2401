import type { ViewRegistry } from '../shell/context/context.ts';
import { createRegistry } from '../shell/context/create-registry.ts';
import { backendsKind } from './backends/backends-kind.ts';
import { descriptionKind } from './description/description-kind.ts';
import { eventsKind } from './events/events-kind.ts';
import { experimentsKind } from './experiments/experiments-kind.ts';
import { newExperimentsView } from './experiments/experiments-view.ts';
import { filesKind } from './files/files-kind.ts';
import { helpKind } from './help/help-kind.ts';
import { historyKind } from './history/history-kind.ts';
import { pastKind } from './history/past-kind.ts';
import { logsKind } from './logs/logs-kind.ts';
import { messagesKind } from './messages/messages-kind.ts';
import { outputKind } from './output/output-kind.ts';
import { planKind } from './plan/plan-kind.ts';
import { processKind } from './process/process-kind.ts';
import { processesKind } from './processes/processes-kind.ts';
import { servicesKind } from './services/services-kind.ts';
import { specKind } from './spec/spec-kind.ts';

/** Every kind of view. A new one is a folder beside this file, and a line here. */
export const views: ViewRegistry = createRegistry(
  [
    experimentsKind,
    processesKind,
    processKind,
    logsKind,
    servicesKind,
    eventsKind,
    backendsKind,
    filesKind,
    planKind,
    descriptionKind,
    specKind,
    historyKind,
    pastKind,
    helpKind,
    messagesKind,
    outputKind,
  ],
  newExperimentsView,
);
