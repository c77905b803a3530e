package io.xbarflow.cli.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A headless Chromium with one page, driven over the DevTools protocol. It notes what pages
 * complain about and what they ask the network for.
 */
final class Browser implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
  private String session = "";

  /** Starts Chromium with a profile of its own below {@code folder}. */
  Browser(Path folder) throws Exception {
    process =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile"),
                "about:blank")
            .redirectErrorStream(true)
            .start();
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(address), "chromium");
    reader.setDaemon(true);
    reader.start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address.get(PATIENCE_SECONDS, TimeUnit.SECONDS)), new Listener())
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String target = call("Target.createTarget", "url", "about:blank").get("targetId").asText();
    session =
        call("Target.attachToTarget", "targetId", target, "flatten", true)
            .get("sessionId")
            .asText();
    for (String domain : ImmutableList.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable");
    }
  }

  private void read(CompletableFuture<String> address) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder said = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = LISTENING.matcher(line);
        said.append(line).append('\n');
        if (matcher.find()) {
          address.complete(matcher.group(1));
        }
      }
      address.completeExceptionally(new IOException("chromium ended: " + said));
    } catch (IOException e) {
      address.completeExceptionally(e);
    }
  }

  /** Takes messages of the browser, which may come in parts. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          take(JSON.readTree(text.toString()));
        } catch (JsonProcessingException e) {
          complaints.add("unreadable message: " + e.getMessage());
        }
        text.setLength(0);
      }
      webSocket.request(1);
      return null;
    }
  }

  private void take(JsonNode message) {
    if (message.has("id")) {
      answers.remove(message.get("id").asInt()).complete(message);
      return;
    }
    JsonNode parameters = message.path("params");
    switch (message.path("method").asText()) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Network.requestWillBeSent" -> requests.add(parameters.at("/request/url").asText());
      case "Runtime.exceptionThrown" ->
          complaints.add("exception: " + parameters.at("/exceptionDetails"));
      case "Runtime.consoleAPICalled" -> complaints.add("console: " + parameters.get("args"));
      case "Log.entryAdded" -> complaints.add("log: " + parameters.at("/entry/text").asText());
      default -> {}
    }
  }

  /** Calls a method of the protocol with names and values in turn. */
  JsonNode call(String method, Object... parameters) throws Exception {
    ImmutableMap.Builder<String, Object> named = ImmutableMap.builder();
    for (int i = 0; i < parameters.length; i += 2) {
      named.put((String) parameters[i], parameters[i + 1]);
    }
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ImmutableMap.Builder<String, Object> message = ImmutableMap.builder();
    message.put("id", id).put("method", method).put("params", named.buildOrThrow());
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    socket.sendText(JSON.writeValueAsString(message.buildOrThrow()), true).get();
    JsonNode result = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new IllegalStateException(method + ": " + result.get("error"));
    }
    return result.get("result");
  }

  /** Opens {@code file} and waits until it is there. */
  Browser open(Path file) throws Exception {
    complaints.clear();
    requests.clear();
    loaded = new CompletableFuture<>();
    call("Page.navigate", "url", file.toUri().toString());
    try {
      loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(file + " does not load", e);
    }
    return this;
  }

  /** Sets the size of the window. */
  Browser size(int width, int height) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        width < 600);
    return this;
  }

  /** Sets the colour scheme, {@code light} or {@code dark}. */
  Browser scheme(String scheme) throws Exception {
    call(
        "Emulation.setEmulatedMedia",
        "features",
        ImmutableList.of(ImmutableMap.of("name", "prefers-color-scheme", "value", scheme)));
    return this;
  }

  /** The value of a JavaScript expression. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            "expression",
            expression,
            "returnByValue",
            true,
            "awaitPromise",
            true);
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.get("result").path("value");
  }

  /** Moves the pointer onto the first element that {@code selector} finds; presses it if told. */
  void point(String selector, boolean press) throws Exception {
    JsonNode box =
        evaluate(
            "(() => { const e = document.querySelector("
                + JSON.writeValueAsString(selector)
                + "); e.scrollIntoView({block: 'center', inline: 'center'});"
                + " const b = e.getBoundingClientRect();"
                + " return [b.x + b.width / 2, b.y + b.height / 2]; })()");
    double x = box.get(0).asDouble();
    double y = box.get(1).asDouble();
    call("Input.dispatchMouseEvent", "type", "mouseMoved", "x", x, "y", y);
    for (String type : press ? new String[] {"mousePressed", "mouseReleased"} : new String[0]) {
      call(
          "Input.dispatchMouseEvent",
          "type",
          type,
          "x",
          x,
          "y",
          y,
          "button",
          "left",
          "clickCount",
          1);
    }
  }

  /** What pages complained about since the last was opened. */
  ImmutableList<String> complaints() {
    return ImmutableList.copyOf(complaints);
  }

  /** Addresses that were asked for since the last page was opened, without the page itself. */
  ImmutableList<String> requests() {
    return requests.stream().skip(1).collect(ImmutableList.toImmutableList());
  }

  /** Writes a picture of the whole page. */
  void screenshot(Path file) throws Exception {
    String data =
        call("Page.captureScreenshot", "format", "png", "captureBeyondViewport", true)
            .get("data")
            .asText();
    Files.write(file, Base64.getDecoder().decode(data));
  }

  /** Writes the page as it is printed. */
  void print(Path file) throws Exception {
    String data =
        call("Page.printToPDF", "printBackground", true, "preferCSSPageSize", true)
            .get("data")
            .asText();
    Files.write(file, Base64.getDecoder().decode(data));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
