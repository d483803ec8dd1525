import { type CryptoKey, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';

export const TOKEN_ISSUER = 'https://api.botframework.com';
const CONNECTOR_AUDIENCE = 'https://api.botframework.com';

/** What is wrong with the token of a request to the bot. */
export type TokenFlaw =
  | 'none'
  | 'wrong_audience'
  | 'wrong_service_url'
  | 'other_key'
  | 'expired'
  | 'wrong_issuer';

interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Keys and tokens of the Bot Framework: RS256, published as JWKS. */
export class TeamsTokens {
  readonly #appId: string;
  #keys: KeyPair | undefined;
  #otherKeys: KeyPair | undefined;
  #jwk: JWK | undefined;

  constructor(appId: string) {
    this.#appId = appId;
  }

  async create(): Promise<void> {
    if (this.#keys !== undefined) return;
    this.#keys = await generateKeyPair('RS256');
    this.#otherKeys = await generateKeyPair('RS256');
    this.#jwk = await exportJWK(this.#keys.publicKey);
  }

  get jwks(): { readonly keys: readonly JWK[] } {
    return {
      keys: [{ ...this.#jwk, kid: 'fake', use: 'sig', alg: 'RS256', endorsements: ['msteams'] } as JWK],
    };
  }

  /** For a request to the bot; undefined: without one. */
  async forBot(serviceUrl: string, flaw: TokenFlaw | undefined, nowMs: number): Promise<string | undefined> {
    if (flaw === 'none') return undefined;
    const keys = flaw === 'other_key' ? this.#otherKeys : this.#keys;
    if (keys === undefined) throw new Error('start the fake first');
    const seconds = Math.floor(nowMs / 1000);
    const issuedAt = flaw === 'expired' ? seconds - 7200 : seconds;
    return new SignJWT({ serviceurl: flaw === 'wrong_service_url' ? 'https://elsewhere.test/' : serviceUrl })
      .setProtectedHeader({ alg: 'RS256', kid: 'fake' })
      .setIssuer(flaw === 'wrong_issuer' ? 'https://elsewhere.test' : TOKEN_ISSUER)
      .setAudience(flaw === 'wrong_audience' ? 'another-bot' : this.#appId)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + 3600)
      .sign(keys.privateKey);
  }

  /** What the bot shows to the connector. */
  async ofBot(nowMs: number): Promise<string> {
    if (this.#keys === undefined) throw new Error('start the fake first');
    return new SignJWT({ appid: this.#appId })
      .setProtectedHeader({ alg: 'RS256', kid: 'fake' })
      .setIssuer('https://sts.windows.net/fake/')
      .setAudience(CONNECTOR_AUDIENCE)
      .setExpirationTime(Math.floor(nowMs / 1000) + 3600)
      .sign(this.#keys.privateKey);
  }

  async isOfBot(authorization: string | undefined): Promise<boolean> {
    if (this.#keys === undefined || authorization === undefined) return false;
    return jwtVerify(authorization.replace(/^Bearer /, ''), this.#keys.publicKey, {
      audience: CONNECTOR_AUDIENCE,
    }).then(
      () => true,
      () => false,
    );
  }
}
