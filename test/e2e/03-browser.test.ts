import { expect } from 'chai'
import { mkdirSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { nodes } from './support/cluster'

const shots = 'artifacts/screenshots'

describe('a person in a browser', function () {
  this.timeout(120_000)
  let browser: Browser

  before(async () => {
    mkdirSync(shots, { recursive: true })
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
  })
  after(() => browser?.close())

  it('signs up, posts, reloads, and signs out, without JavaScript', async () => {
    const [site] = nodes()
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1000, height: 800 } })
    const page = await context.newPage()
    const name = `b${Date.now().toString(36)}`

    await page.goto(`http://${site?.address}/signup`)
    await page.fill('input[name=username]', name)
    await page.fill('input[name=password]', 'correct horse battery staple')
    await page.screenshot({ path: `${shots}/signup.png` })
    await page.click('main button[type=submit]')
    await page.waitForURL('**/posts')

    await page.fill('input[name=title]', 'A first post')
    await page.fill('textarea[name=body]', 'Hello from a <script>alert(1)</script> shoal 🐟')
    await page.click('main button[type=submit]')
    await page.goto(`http://${site?.address}/posts`)
    await page.reload()
    expect(await page.textContent('main')).to.include('A first post')
    await page.screenshot({ path: `${shots}/posts.png`, fullPage: true })

    await page.click('text=Sign out')
    await page.goto(`http://${site?.address}/posts`)
    expect(page.url()).to.include('/signin')
    await page.screenshot({ path: `${shots}/signed-out.png` })
    await context.close()
  })

  it("sees 404 for another person's post", async () => {
    const [site, other] = nodes()
    const urls: string[] = []
    for (const [i, node] of [site, other].entries()) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(`http://${node?.address}/signup`)
      await page.fill('input[name=username]', `c${i}${Date.now().toString(36)}`)
      await page.fill('input[name=password]', 'correct horse battery staple')
      await page.click('main button[type=submit]')
      await page.waitForURL('**/posts')
      if (i === 0) {
        await page.fill('input[name=title]', 'Only mine')
        await page.fill('textarea[name=body]', 'private')
        await page.click('main button[type=submit]')
        await page.goto(`http://${node?.address}/posts`)
        await page.click('text=Only mine')
        urls.push(new URL(page.url()).pathname)
        expect(await page.textContent('main')).to.include('private')
      } else {
        const response = await page.goto(`http://${node?.address}${urls[0]}`)
        expect(response?.status()).to.equal(404)
        expect(await page.textContent('main')).not.to.include('private')
      }
      await context.close()
    }
  })
})
