/** Answers in the forms that AWS's services use. */
import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import { xml } from './xml.ts';

export function send(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/xml');
  response.end(body);
}

export function refuse(response: ServerResponse, service: string, error: ApiError): void {
  if (!(error instanceof ApiError)) {
    console.error(error);
    response.writeHead(599).end();
    return;
  }
  const { code, message, status } = error;
  response.statusCode = status;
  if (service === 'ec2')
    send(response, `<Response><Errors><Error>${xml({ Code: code, Message: message })}</Error></Errors></Response>`);
  else if (service === 's3') send(response, `<Error>${xml({ Code: code, Message: message })}</Error>`);
  else if (['cloudformation', 'sts', 'iam', 'rds', 'elasticache', 'route53', 'cloudfront'].includes(service))
    send(
      response,
      `<ErrorResponse><Error>${xml({ Type: 'Sender', Code: code, Message: message })}</Error></ErrorResponse>`,
    );
  else {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ __type: code === 'ExpiredToken' ? 'ExpiredTokenException' : code, message }));
  }
}
