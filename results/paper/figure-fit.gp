# Draws figure-fit.svg and figure-fit.pdf from figure-fit.dat: gnuplot figure-fit.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 860,360 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 8.6in,3.6in font "Helvetica,9"
  }
  set output "figure-fit.".format
  set multiplot layout 1,2
  set title "MNIST, AE 32"
  set xlabel "epoch of the fit" . "\n " offset 0,0.6
  set ylabel "mean squared error per weight"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:300.0]; set xtics 50
  set logscale y
  plot "figure-fit.dat" index 0 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#0072B2" notitle, \
    "figure-fit.dat" index 1 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#D55E00" notitle, \
    "figure-fit.dat" index 0 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "fitted snapshots", \
    "figure-fit.dat" index 1 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "held-out snapshots"
  set title "CIFAR-10, AE 320"
  set xlabel "epoch of the fit" . "\n " offset 0,0.6
  set ylabel "mean squared error per weight"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:40.0]; set xtics 10
  set logscale y
  plot "figure-fit.dat" index 2 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#0072B2" notitle, \
    "figure-fit.dat" index 3 using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb "#D55E00" notitle, \
    "figure-fit.dat" index 2 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "fitted snapshots", \
    "figure-fit.dat" index 3 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "held-out snapshots"
  unset multiplot
}
unset output
