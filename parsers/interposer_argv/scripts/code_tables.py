"""What the calls of each language do: name to action and the place of the argument that counts.

Actions: `shell`; `system` (one argument is shell text, several are an argv); `argv` (a program, then its arguments as
a list or
one by one); `words` (one string split at blanks); `eval`; slot kinds (`read`, `write`, `delete`, `load`, `url`,
`host`, `mode`); `open`
(the next argument is the mode); `get` (a path or a URL); `job-load` (a script of the language itself); `listen`.
"""

from typing import Final

Action = tuple[str, int]
Calls = dict[str, Action]


def _calls(action: str, place: int, names: str) -> Calls:
    return dict.fromkeys(names.split(), (action, place))


def _prefixed(prefix: str, calls: Calls) -> Calls:
    return {f"{prefix}.{name}": action for name, action in calls.items()}


_NODE_FILES: Final = (
    _calls(
        "write", 0, "writeFileSync writeFile appendFileSync appendFile createWriteStream truncateSync mkdirSync mkdir"
    )
    | _calls("delete", 0, "rmSync rm unlinkSync unlink rmdirSync rmdir")
    | _calls("read", 0, "readFileSync readFile createReadStream readdirSync readdir")
    | _calls("write", 1, "copyFileSync copyFile cpSync cp renameSync rename symlinkSync symlink linkSync link")
    | _calls("open", 0, "openSync open")
    | _calls("mode", 0, "chmodSync chmod chownSync chown")
)
NODE: Final[Calls] = (
    _calls("shell", 0, "child_process.exec child_process.execSync execaCommand Bun.$ zx.$")
    | _calls(
        "argv",
        0,
        "child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync Deno.run",
    )
    | _calls("job-load", 0, "child_process.fork require import")
    | _calls("load", 1, "process.dlopen")
    | _prefixed("fs", _NODE_FILES)
    | _prefixed("fs.promises", _NODE_FILES)
    | _prefixed("fs/promises", _NODE_FILES)
    | _prefixed("fs-extra", _NODE_FILES)
    | _calls("url", 0, "fetch http.get https.get http.request https.request axios.get axios axios.request")
    | _calls("send", 0, "axios.post axios.put")
    | _calls("host", 1, "net.connect net.createConnection tls.connect")
    | _calls("listen", 0, "net.createServer http.createServer https.createServer")
    | _calls("eval", 0, "eval Function vm.runInThisContext vm.runInNewContext vm.Script process.binding")
)
RUBY: Final[Calls] = (
    _calls(
        "system",
        0,
        "system exec spawn Kernel.system Kernel.exec Kernel.spawn Process.spawn Process.exec IO.popen PTY.spawn",
    )
    | _calls(
        "system",
        0,
        "Open3.capture2 Open3.capture2e Open3.capture3 Open3.popen2 Open3.popen2e Open3.popen3 Open3.pipeline",
    )
    | _calls("eval", 0, "eval instance_eval class_eval Kernel.eval")
    | _calls("job-load", 0, "load require require_relative Kernel.load")
    | _calls("load", 0, "Fiddle.dlopen DL.dlopen ffi_lib")
    | _calls(
        "write", 0, "File.write IO.write File.binwrite FileUtils.touch FileUtils.mkdir_p Dir.mkdir FileUtils.mkdir"
    )
    | _calls(
        "write", 1, "FileUtils.cp FileUtils.mv File.rename File.symlink FileUtils.ln_s FileUtils.cp_r FileUtils.copy"
    )
    | _calls(
        "delete", 0, "File.delete File.unlink FileUtils.rm FileUtils.rm_f FileUtils.rm_r FileUtils.rm_rf Dir.rmdir"
    )
    | _calls(
        "delete", 0, "FileUtils.remove_dir FileUtils.remove_entry FileUtils.remove_entry_secure Dir.delete Dir.unlink"
    )
    | _calls("read", 0, "File.read IO.read File.readlines IO.readlines File.foreach IO.foreach File.binread")
    | _calls("open", 0, "File.open open Kernel.open File.new IO.open URI.open")
    | _calls("url", 0, "Net.HTTP.get URI.parse URI")
    | _calls("host", 0, "TCPSocket.new TCPSocket.open Socket.tcp TCPSocket UDPSocket.new")
    | _calls("listen", 0, "TCPServer.new TCPServer.open WEBrick.HTTPServer.new Socket.tcp_server_loop")
)
PERL: Final[Calls] = (
    _calls("system", 0, "system exec CORE.system CORE.exec IPC.Open3.open3 IPC.Open2.open2 CORE.GLOBAL.system")
    | _calls("system", 1, "IPC.Cmd.run")
    | _calls("eval", 0, "eval")
    | _calls("job-load", 0, "do require")
    | _calls("load", 0, "DynaLoader.dl_load_file")
    | _calls("delete", 0, "unlink rmdir rmtree remove_tree File.Path.rmtree File.Path.remove_tree")
    | _calls("write", 1, "rename copy move symlink link File.Copy.copy File.Copy.move")
    | _calls("write", 0, "mkdir make_path mkpath truncate")
    | _calls("open", 1, "open CORE.open sysopen")
    | _calls("url", 0, "get getprint getstore LWP.Simple.get LWP.Simple.getprint LWP.Simple.getstore")
)
PHP: Final[Calls] = (
    _calls("shell", 0, "system exec shell_exec passthru popen proc_open expect_popen")
    | _calls("argv", 0, "pcntl_exec")
    | _calls("eval", 0, "eval assert create_function")
    | _calls("job-load", 0, "include include_once require require_once")
    | _calls("load", 0, "dl FFI.load FFI.cdef")
    | _calls("write", 0, "file_put_contents mkdir touch")
    | _calls("write", 1, "copy rename symlink link move_uploaded_file")
    | _calls("delete", 0, "unlink rmdir")
    | _calls("get", 0, "file_get_contents readfile file show_source highlight_file")
    | _calls("open", 0, "fopen")
    | _calls("url", 0, "curl_init")
    | _calls("host", 0, "fsockopen pfsockopen stream_socket_client")
    | _calls("mode", 0, "chmod chown")
)
LUA: Final[Calls] = (
    _calls("shell", 0, "os.execute io.popen vim.fn.system vim.fn.jobstart vim.fn.termopen")
    | _calls("eval", 0, "load loadstring")
    | _calls("job-load", 0, "dofile loadfile require")
    | _calls("load", 0, "package.loadlib ffi.load")
    | _calls("delete", 0, "os.remove vim.fn.delete")
    | _calls("write", 1, "os.rename")
    | _calls("open", 0, "io.open")
    | _calls("read", 0, "io.lines io.input")
    | _calls("write", 0, "io.output")
    | _calls("host", 0, "socket.connect")
    | _calls("url", 0, "http.request socket.http.request")
)
R: Final[Calls] = (
    _calls("shell", 0, "system shell pipe")
    | _calls("argv", 0, "system2 processx.run run")
    | _calls("eval", 0, "eval parse")
    | _calls("job-load", 0, "source sys.source")
    | _calls("load", 0, "dyn.load library.dynam")
    | _calls("delete", 0, "unlink file.remove")
    | _calls("write", 1, "file.copy file.rename write.csv writeLines saveRDS file.symlink write.table")
    | _calls("get", 0, "readLines read.csv read.table readRDS file.show scan")
    | _calls("url", 0, "download.file url")
    | _calls("write", 0, "dir.create file.create sink")
)
JULIA: Final[Calls] = (
    _calls("delete", 0, "rm Base.rm Filesystem.rm")
    | _calls("job-load", 0, "include")
    | _calls("load", 0, "Libdl.dlopen dlopen")
    | _calls("write", 0, "write mkpath mkdir touch")
    | _calls("write", 1, "cp mv symlink")
    | _calls("open", 0, "open")
    | _calls("url", 0, "download Downloads.download HTTP.get")
    | _calls("host", 0, "connect Sockets.connect")
    | _calls("eval", 0, "include_string Meta.parse")
)
JAVA: Final[Calls] = (
    _calls("words", 0, "exec Runtime.getRuntime().exec getRuntime().exec java.lang.Runtime.getRuntime().exec")
    | _calls("argv", 0, "ProcessBuilder java.lang.ProcessBuilder ProcessBuilder.start")
    | _calls("load", 0, "System.load System.loadLibrary java.lang.System.load Runtime.getRuntime().load")
    | _calls(
        "write", 0, "FileWriter FileOutputStream PrintWriter Files.write Files.writeString Files.newBufferedWriter"
    )
    | _calls("delete", 0, "Files.delete Files.deleteIfExists")
    | _calls("write", 1, "Files.copy Files.move")
    | _calls("read", 0, "FileReader FileInputStream Files.readString Files.readAllLines Files.readAllBytes")
    | _calls("url", 0, "URL java.net.URL URI.create")
    | _calls("host", 0, "Socket java.net.Socket")
    | _calls("eval", 0, "evaluate Eval.me eval GroovyShell().evaluate")
    | _calls("job-load", 0, "load")
)
