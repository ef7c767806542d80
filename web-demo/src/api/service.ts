import { AwsClient } from 'aws4fetch';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An error the service answered with: its name, and its message as it is. */
export class ServiceError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

/** Calls one operation (AWS JSON 1.1), signed with Signature V4, at the page's own origin. */
export type Call = <Output>(operation: string, input: object) => Promise<Output>;

export function serviceCall(credentials: Credentials, region: string): Call {
  const client = new AwsClient({ ...credentials, service: 'license-manager', region, retries: 0 });
  return async <Output>(operation: string, input: object): Promise<Output> => {
    const request = await client.sign(new URL('/', location.origin).href, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `AWSLicenseManager.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const response = await fetch(request);
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (!response.ok) {
      throw new ServiceError(
        String(body['__type'] ?? `status ${response.status}`),
        String(body['Message'] ?? body['message'] ?? `The service answered with status ${response.status}.`),
      );
    }
    return body as Output;
  };
}
