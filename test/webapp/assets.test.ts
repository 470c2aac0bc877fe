import { expect } from 'chai'
import { Browser } from './browser.js'
import { makeSite } from './fakes.js'

describe('webapp static files and figures', () => {
  it('serves files under names with a hash for ever, and under others for now', async () => {
    const { server } = await makeSite()
    const browser = new Browser(server)
    const css = /href="(\/static\/app\.[0-9a-f]{10}\.css)"/.exec((await browser.get('/')).body)?.[1] ?? ''
    const hashed = await browser.get(css)
    expect(hashed.status).to.equal(200)
    expect(hashed.headers['cache-control']).to.include('immutable')
    expect(hashed.headers['content-type']).to.include('text/css')
    for (const path of ['/static/app.css', css.replace(/[0-9a-f]{10}/, '0'.repeat(10))]) {
      const page = await browser.get(path)
      expect(page.status, path).to.equal(200)
      expect(page.headers['cache-control'], path).to.equal('no-cache')
    }
    expect((await browser.get('/static/nothing.css')).status).to.equal(404)
    expect((await browser.get('/static/..%2fserver.ts')).status).to.equal(404)
  })

  it('counts requests per route', async () => {
    const { server } = await makeSite()
    const browser = new Browser(server)
    await browser.get('/posts/5b9d8c80-c6d1-11ef-9d4e-0242ac120002')
    const { body } = await browser.get('/metrics')
    expect(body).to.match(/shoal_web_request_seconds_count\{method="get",route="\/posts\/\{id\}",status="302"\} 1/)
  })
})
