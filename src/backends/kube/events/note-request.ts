import type { ProcessReference } from '../../../engine/contract/status.ts';
import { describeRequest } from '../../../engine/text/describe-request.ts';
import { requester } from '../../kit/programs/requester.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { writeEvent } from './write-event.ts';

export interface UserRequest {
  /** One word, such as `StopRequested`. */
  readonly reason: string;
  /** The processes that it is for; by default the whole experiment. */
  readonly processes?: readonly ProcessReference[];
  /** What is asked for, in words, if the reason does not say it. */
  readonly what?: string;
  /** What makes the request, as the program calls itself. */
  readonly origin: string | undefined;
  /** ISO 8601; now by default. */
  readonly time?: string | undefined;
}

/** Writes the event of a user's request. Never rejects: not every user may, and nothing depends on it. */
export function noteRequest(client: KubeClient, location: KubeLocation, request: UserRequest): Promise<void> {
  const { reason, processes = [], what, origin, time } = request;
  const event = describeRequest(reason, processes, requester(origin, { host: true }));
  const message = what === undefined ? event.message : `${what}, ${event.message}`;
  return writeEvent(client, location, { ...event, message, ...(time !== undefined && { time }) });
}
