import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../engine/contract/errors.ts';
import type { Notice } from '../../../engine/contract/notices.ts';
import { version } from '../../../engine/version.ts';

export interface WebhookOptions {
  readonly signal: AbortSignal;
  /** Seconds for each attempt; 10 by default. */
  readonly seconds?: number;
  /** Seconds before each further attempt; by default two further ones, after 1 s and 4 s. */
  readonly pauses?: readonly number[];
}

const defaultSeconds = 10;
const defaultPauses = [1, 4];

interface Attempt {
  /** Why it failed, in words; undefined after a success. */
  readonly failure?: string;
  /** Whether another attempt may succeed. */
  readonly isTemporary?: boolean;
}

/**
 * Posts a notice as JSON. An answer that may be different later is asked for again, a few times.
 * @returns why it failed, in words that contain no more of the address than its host; undefined if it succeeded
 */
export async function sendToWebhook(
  address: string,
  notice: Notice,
  { signal, seconds = defaultSeconds, pauses = defaultPauses }: WebhookOptions,
): Promise<string | undefined> {
  if (!URL.canParse(address)) return 'its address is not valid';
  const url = new URL(address);
  for (let attempt = 0; ; attempt += 1) {
    const { failure, isTemporary = false } = await post(url, notice, signal, seconds);
    const pause = pauses[attempt];
    if (failure === undefined || signal.aborted) return failure;
    if (!isTemporary || pause === undefined) return `${url.host} ${failure}`;
    await delay(pause * 1000, undefined, { signal }).catch(() => undefined);
  }
}

function post(url: URL, notice: Notice, signal: AbortSignal, seconds: number): Promise<Attempt> {
  const body = Buffer.from(JSON.stringify(notice));
  const limit = AbortSignal.timeout(seconds * 1000);
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const fail = (error: unknown) => {
    const why = limit.aborted ? `did not answer within ${seconds} s` : `cannot be reached: ${messageOf(error)}`;
    resolve({ failure: why, isTemporary: !signal.aborted });
  };
  try {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        'user-agent': `symphony/${version}`,
        'idempotency-key': notice.id,
      },
      signal: AbortSignal.any([signal, limit]),
      agent: false,
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const { statusCode = 0 } = response;
      // The content of the answer is of no interest.
      response.on('error', () => undefined).destroy();
      resolve(judge(statusCode));
    });
    request.end(body);
  } catch (error) {
    fail(error);
  }
  return promise;
}

function judge(status: number): Attempt {
  if (status >= 200 && status < 300) return {};
  const isTemporary = status >= 500 || status === 408 || status === 429;
  return { failure: `answered with status ${status}`, isTemporary };
}
