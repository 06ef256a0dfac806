package io.segmentrelay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

import io.segmentrelay.sandbox.RelayTopics;
import io.segmentrelay.sandbox.console.Console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The console in a real browser, headless: Debian's packages {@code chromium} and {@code chromium-driver}, or any that lie on the
 * path under their names. Skipped where there is none. Pictures are left in {@code target/console}.
 */
class ConsoleIT {

    private static final Path PICTURES = Path.of("target", "console");

    private static final Dimension DESK = new Dimension(1360, 1100);
    private static final Dimension PHONE = new Dimension(360, 740);

    private static final Duration SOON = Duration.ofSeconds(30);

    private static World world;
    private static RelayTopics topics;
    private static Console console;
    private static ChromeDriver browser;

    @BeforeAll
    static void start() throws IOException {
        var chromium = Installed.needed("chromium", "chromium", "chromium-browser", "google-chrome");
        var driver = Installed.needed("chromium-driver", "chromedriver");
        // It complains that there is no protocol of its own for each version of the browser: none is used.
        Logger.getLogger("org.openqa.selenium").setLevel(Level.OFF);
        Files.createDirectories(PICTURES);
        world = new World(1);
        var unused = world.relay(Map.of());
        topics = new RelayTopics(world.sandbox().kafka().bootstrapServers());
        console = Console.start(0, topics, Optional.of(world.sandbox().dynamics()));
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build();
        var options = new ChromeOptions()
                .setBinary(chromium.toFile())
                .addArguments(
                        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en");
        browser = new ChromeDriver(service, options);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (console != null) {
            console.close();
            topics.close();
            world.close();
        }
    }

    @BeforeEach
    void open() {
        look(DESK, "light");
        browser.get(console.url());
        await().atMost(SOON).until(() -> text("connection").equals("Connected."));
        await().atMost(SOON).until(() -> !value("event").isEmpty());
    }

    @AfterEach
    void nothingWentWrong() {
        if (browser != null) {
            world.faults().clear();
            assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                    .as("what the browser complains of")
                    .extracting(LogEntry::getMessage)
                    .isEmpty();
        }
    }

    @Test
    void byKeyboardAloneASampleIsSentAndItsLifeIsWatched() throws IOException {
        // When: the first field is reached by Tab, the form is sent by Enter
        browser.switchTo().activeElement().sendKeys(Keys.TAB);
        assertThat(focus()).isEqualTo("sample");
        browser.switchTo().activeElement().sendKeys(Keys.TAB);
        assertThat(focus()).isEqualTo("id");
        var id = value("id");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);

        // Then
        await().atMost(SOON).until(() -> text("sent").startsWith("Written to segment-requests"));
        await().atMost(SOON).until(() -> text("detail-state").contains("Request " + id + " of /samples"));
        await().atMost(SOON).until(() -> text("detail-state").contains("members."));
        assertThat(text("detail-title")).isEqualTo("County known");
        assertThat(text("steps"))
                .contains("create definition: 2", "create segment: 2", "publish: 2", "status: 200", "members: 200")
                .contains("ready: page 1 of 1");
        await().atMost(SOON).until(() -> all("#members tr").size() == 50);
        assertThat(all("#members tr").getFirst().getText()).containsPattern("[0-9a-f]{8}-[0-9a-f]{4}-");
        assertThat(text("members-shown")).startsWith("1 to 50 of ");

        // When: further members, and the raw event, by keyboard too
        element("members-on").sendKeys(Keys.ENTER);
        await().atMost(SOON).until(() -> text("members-shown").startsWith("51 to 100 of "));
        var last = all("#events summary").getLast();
        last.sendKeys(Keys.ENTER);

        // Then
        await().atMost(SOON).until(() -> text("events").contains("\"type\": \"io.segmentrelay.segment.ready.v1\""));
        assertThat(text("events")).contains("more\"");
        picture("desk");
    }

    @Test
    void whatLooksWrongInAQueryIsUnderlinedAsOneTypes() throws IOException {
        // When
        type("query", "PROFILE(contact).FILTER(address1_county = \"Kent\")");

        // Then
        await().atMost(SOON).until(() -> all("#query-marks mark").size() == 2);
        assertThat(all("#query-marks mark"))
                .extracting(mark -> mark.getDomProperty("textContent"))
                .containsExactly("=", "\"Kent\"");
        assertThat(text("query-findings")).contains("==", "'");
        picture("query");

        // When: one goes there, and mends it
        all("#query-findings button").getFirst().sendKeys(Keys.ENTER);
        assertThat(browser.executeScript("const q = document.activeElement;"
                        + "return q.value.substring(q.selectionStart, q.selectionEnd)"))
                .isEqualTo("=");
        type("query", "PROFILE(contact).FILTER(address1_county == 'Kent')");

        // Then
        await().atMost(SOON).until(() -> all("#query-marks mark").isEmpty());
        assertThat(value("event")).contains("address1_county == 'Kent'");
    }

    @Test
    void aFaultIsSwitchedOnAndTheRelayCopes() throws IOException {
        // Given
        var throttling = element("fault-throttled");

        // When
        throttling.sendKeys(Keys.SPACE);
        await().atMost(SOON).until(() -> text("faults-status").equals("Throttling: on."));
        element("id").sendKeys(Keys.ENTER);

        // Then
        await().atMost(SOON).until(() -> text("steps").contains(": 429"));
        await().atMost(SOON).until(() -> text("detail-state").contains("members."));
        await().atMost(SOON).until(() -> text("faults").contains("Met "));
        await().atMost(SOON).until(() -> text("calls-plot").contains("throttled: "));
        assertThat(all("#states-plot polygon")).hasSize(6);
        browser.executeScript("window.scrollTo(0, 0)");
        picture("faults");
        throttling.sendKeys(Keys.SPACE);
        await().atMost(SOON).until(() -> text("faults-status").equals("Throttling: off."));
    }

    @Test
    void anEventThatIsNoneIsSentAndWhatBecomesOfItIsSeen() {
        // When
        element("raw").findElement(By.tagName("summary")).sendKeys(Keys.ENTER);
        type("display-name", "<img src=x onerror=alert(1)>");
        type("query", "");
        element("id").sendKeys(Keys.ENTER);

        // Then
        await().atMost(SOON).until(() -> text("detail-state").startsWith("invalid-request"));
        assertThat(text("detail-title")).isEqualTo("<img src=x onerror=alert(1)>");
        assertThat(text("steps")).contains("failed at validate");
        assertThat(all("img")).isEmpty();

        // When
        type("event", "{\"no\": ");
        element("write").findElement(By.cssSelector("button.main")).click();

        // Then
        await().atMost(SOON).until(() -> text("sent").startsWith("Written to segment-requests"));
        await().atMost(SOON)
                .until(() -> world.topics().of(Topics.DEAD_LETTERS).stream()
                        .anyMatch(record -> new String(record.value(), UTF_8).equals("{\"no\": ")));
    }

    @ParameterizedTest
    @CsvSource({"light, false", "dark, false", "light, true", "dark, true"})
    void everybodyCanUseIt(String scheme, boolean phone) throws IOException {
        // Given
        look(phone ? PHONE : DESK, scheme);
        type("query", "PROFILE(contact).FILTER(address1_county = 'Kent')");
        await().atMost(SOON).until(() -> all("#query-marks mark").size() == 1);
        type("query", "PROFILE(contact).FILTER(address1_county == 'Kent')");
        element("id").sendKeys(Keys.ENTER);
        await().atMost(SOON).until(() -> text("detail-state").contains("members."));
        await().atMost(SOON).until(() -> !all("#members tr").isEmpty());
        type("query", "PROFILE(contact).FILTER(address1_county = 'Kent')");
        await().atMost(SOON).until(() -> all("#query-marks mark").size() == 1);
        all("details").forEach(each -> browser.executeScript("arguments[0].open = true", each));

        // Then
        var found = new AxeBuilder()
                .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"))
                .analyze(browser);
        assertThat(found.getViolations()).extracting(ConsoleIT::said).isEmpty();
        assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
                .as("nothing is cut off at the side")
                .isLessThanOrEqualTo((Long) browser.executeScript("return window.innerWidth"));
        picture(scheme + (phone ? "-phone" : "-desk"));
    }

    private static String said(Rule rule) {
        return rule.getId() + ": " + rule.getNodes();
    }

    /** As large as that, and in these colours. */
    private static void look(Dimension size, String scheme) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", size.getWidth(), "height", size.getHeight(), "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private static void type(String id, String text) {
        var field = element(id);
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        field.sendKeys(text);
    }

    private static String value(String id) {
        return String.valueOf(element(id).getDomProperty("value"));
    }

    private static String focus() {
        return String.valueOf(browser.switchTo().activeElement().getDomAttribute("id"));
    }

    private static WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private static List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    /** Also what is scrolled out of sight. */
    private static String text(String id) {
        return String.valueOf(element(id).getDomProperty("innerText"));
    }

    private static void picture(String name) throws IOException {
        Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }
}
