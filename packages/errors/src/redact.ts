/**
 * Removes secrets from a text that is about to be shown or logged: user info and well-known secret
 * query parameters of URLs, and the values of authorisation headers.
 */
export function redact(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@')
    .replace(
      /([?&](?:token|access_token|sig|signature|x-amz-signature|password)=)[^&\s]+/gi,
      '$1***',
    )
    .replace(
      /\b((?:proxy-)?authorization|x-registry-(?:auth|config))(["']?\s*[:=]\s*["']?)[^\r\n"']+/gi,
      '$1$2***',
    )
    .replace(/\b(Bearer|Basic) [A-Za-z0-9+/=._~-]{8,}/g, '$1 ***');
}
